//! What the key is made of.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use resilience::{cache, fallback};

use super::{Error, Runs, SECOND};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Order {
    id: u64,
    lines: Vec<String>,
}

#[tokio::test(start_paused = true)]
async fn all_arguments_are_the_key_borrowed_or_not() {
    static RUNS: Runs = Runs::new();
    #[expect(clippy::too_many_arguments, reason = "one of each kind")]
    #[cache(60s)]
    async fn price(
        order: &Order,
        currency: &str,
        country: Option<&str>,
        bytes: &[u8],
        shared: Arc<str>,
        day: (u16, u8),
        vip: bool,
        mut left: u32,
        last: char,
    ) -> Result<u32, Error> {
        left += 1;
        let _ = (
            order, currency, country, bytes, shared, day, vip, left, last,
        );
        Ok(RUNS.next())
    }
    let order = Order {
        id: 1,
        lines: vec!["pen".to_owned()],
    };
    let call = |order, currency, vip, last| {
        price(
            order,
            currency,
            Some("DE"),
            b"x",
            "s".into(),
            (2026, 11),
            vip,
            1,
            last,
        )
    };
    assert_eq!(call(&order, "EUR", true, 'a').await, Ok(1));
    let same = order.clone();
    assert_eq!(call(&same, "EUR", true, 'a').await, Ok(1));
    let other = Order {
        id: 2,
        ..order.clone()
    };
    assert_eq!(call(&other, "EUR", true, 'a').await, Ok(2));
    assert_eq!(call(&order, "USD", true, 'a').await, Ok(3));
    assert_eq!(call(&order, "EUR", false, 'a').await, Ok(4));
    assert_eq!(call(&order, "EUR", true, 'b').await, Ok(5));
    assert_eq!(call(&order, "EUR", true, 'a').await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn arguments_taken_apart_are_parts_of_the_key() {
    static RUNS: Runs = Runs::new();
    async fn other(_: (u32, u32), _: Order) -> Result<u32, Error> {
        Err(Error::Down(0))
    }
    #[cache(60s)]
    async fn apart((a, b): (u32, u32), Order { id, .. }: Order) -> Result<u32, Error> {
        let _ = (a, b, id);
        Ok(RUNS.next())
    }
    #[fallback(other)]
    #[cache(60s)]
    async fn below((a, b): (u32, u32), Order { id, .. }: Order) -> Result<u32, Error> {
        let _ = (a, b, id);
        Ok(RUNS.next())
    }
    let order = |id| Order { id, lines: vec![] };
    assert_eq!(apart((1, 2), order(1)).await, Ok(1));
    assert_eq!(apart((1, 2), order(1)).await, Ok(1));
    assert_eq!(apart((2, 1), order(1)).await, Ok(2));
    assert_eq!(apart((1, 2), order(2)).await, Ok(3));
    assert_eq!(below((1, 2), order(1)).await, Ok(4));
    assert_eq!(below((1, 2), order(1)).await, Ok(4));
    assert_eq!(below((1, 3), order(1)).await, Ok(5));
}

struct Shop {
    tenant: String,
    runs: Runs,
}

impl Shop {
    #[cache(60s, key = (&self.tenant, page))]
    async fn page(&self, page: u32, conn: &mut Vec<u32>) -> Result<String, Error> {
        conn.push(page);
        Ok(format!("{} {page} {}", self.tenant, self.runs.next()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_says_what_of_itself_is_the_key() {
    let shop = |tenant: &str| Shop {
        tenant: tenant.to_owned(),
        runs: Runs::new(),
    };
    let (a, b, mut conn) = (shop("a"), shop("b"), Vec::new());
    assert_eq!(a.page(1, &mut conn).await.unwrap(), "a 1 1");
    assert_eq!(b.page(1, &mut conn).await.unwrap(), "b 1 1");
    assert_eq!(a.page(1, &mut conn).await.unwrap(), "a 1 1");
    assert_eq!(conn, [1, 1], "the third call did not run");
}

trait Table {
    const NAME: &'static str;

    fn rows(&self) -> u32 {
        7
    }
}

struct Users<'a>(&'a str);
struct Orders;

impl Table for Users<'_> {
    const NAME: &'static str = "users";

    fn rows(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(0)
    }
}

impl Table for Orders {
    const NAME: &'static str = "orders";
}

#[cache(60s, key = id)]
async fn row<T: Table>(table: &T, id: u32) -> Result<String, Error> {
    Ok(format!("{} {id} of {}", T::NAME, table.rows()))
}

trait Source {
    const NAME: &'static str;

    #[cache(60s, key = id)]
    async fn read(&self, id: u32) -> Result<String, Error> {
        Ok(format!("{} {id}", Self::NAME))
    }
}

impl Source for Orders {
    const NAME: &'static str = "orders";
}

impl Source for u8 {
    const NAME: &'static str = "bytes";
}

/// Equal types of key and value must not make two instances one.
#[tokio::test(start_paused = true)]
async fn each_instance_of_a_generic_function_has_a_cache_of_its_own() {
    let borrowed = "x".to_owned();
    assert_eq!(row(&Users(&borrowed), 1).await.unwrap(), "users 1 of 1");
    assert_eq!(row(&Orders, 1).await.unwrap(), "orders 1 of 7");
    assert_eq!(row(&Users(&borrowed), 1).await.unwrap(), "users 1 of 1");
    assert_eq!(Orders.read(1).await.unwrap(), "orders 1");
    assert_eq!(0_u8.read(1).await.unwrap(), "bytes 1");
    assert_eq!(Orders.read(1).await.unwrap(), "orders 1");
}

#[tokio::test(start_paused = true)]
async fn a_generic_value_is_kept_by_its_type() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn parsed<T: std::str::FromStr + Clone + Send + Sync + 'static>(
        text: &str,
    ) -> Result<T, Error> {
        RUNS.next();
        text.parse().map_err(|_| Error::Down(0))
    }
    assert_eq!(parsed::<u8>("7").await, Ok(7_u8));
    assert_eq!(parsed::<i64>("7").await, Ok(7_i64));
    assert_eq!(parsed::<u8>("7").await, Ok(7_u8));
    assert_eq!(RUNS.count(), 2);
}

/// A poor hash: all keys fall together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Same(u32);

impl Hash for Same {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[tokio::test(start_paused = true)]
async fn keys_with_one_hash_are_still_different_keys() {
    static RUNS: Runs = Runs::new();
    #[cache(60s, max = 8)]
    async fn poor(key: Same) -> Result<(u32, u32), Error> {
        tokio::task::yield_now().await;
        Ok((key.0, RUNS.next()))
    }
    let all: Vec<_> = (0..5).map(|n| poor(Same(n))).collect();
    let first = futures::future::join_all(all).await;
    assert_eq!(RUNS.count(), 5);
    for n in [3, 0, 4, 2, 1, 1] {
        let again = poor(Same(n)).await;
        assert_eq!(Some(&again), first.get(n as usize));
    }
    for n in 0..100 {
        assert_eq!(poor(Same(n)).await.map(|(key, _)| key), Ok(n));
    }
    tokio::time::advance(SECOND * 61).await;
    assert_eq!(poor(Same(99)).await.map(|(key, _)| key), Ok(99));
}
