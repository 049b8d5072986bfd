use std::time::Duration;

use resilience::{Cache, cache, fallback, retry, timeout};

use crate::{Error, Flaky};

const TTL: Duration = Duration::from_secs(60);
const MAX: u32 = 100;
static USERS: Cache<(String, u32), String> = Cache::new("right::users", TTL).max(MAX).stale(TTL);

#[cache(60s, key = (host, port), max = 100, stale = 5m, name = "keys of cache")]
async fn all(host: &str, port: u16) -> Result<u32, Error> {
    Ok(u32::from(port) + u32::from(host.is_empty()))
}

#[cache(TTL)]
async fn constant() -> Result<u32, Error> {
    Ok(1)
}

#[cache(TTL, max = MAX, stale = TTL)]
async fn constants(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[cache(TTL * n, max = n, key = n)]
async fn expressions(n: u32, list: &mut Vec<u32>) -> Result<u32, Error> {
    list.push(n);
    Ok(n)
}

#[cache(USERS)]
async fn shared(name: &str, number: u32) -> Result<String, Error> {
    Ok(format!("{name} {number}"))
}

#[fallback(value = String::new())]
#[timeout(10s)]
#[cache(1h)]
#[retry(max = 3, backoff = none)]
#[timeout(1s)]
async fn all_arguments(
    owned: String,
    borrowed: &str,
    (left, mut right): (u32, u32),
    _unread: u8,
    bytes: &[u8],
) -> Result<String, Error> {
    right += left;
    Ok(format!("{owned}{borrowed}{right}{}", bytes.len()))
}

#[retry(max = 2, backoff = none)]
#[cache(1h, key = 0)]
async fn in_each_attempt(flaky: &Flaky, (left, right): (u32, u32)) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(left + right)
}

#[cache(1h)]
async fn unread(_unread: u8, (left, _): (u32, u32)) -> Result<u32, Error> {
    Ok(left)
}

#[retry]
#[cache(1h)]
async fn unread_below_a_retry(_unread: u8, n: u32) -> Result<u32, Error> {
    Ok(n)
}

struct Shop {
    tenant: String,
}

impl Shop {
    #[cache(60s, key = (&self.tenant, page))]
    async fn page(&self, page: u32) -> Result<String, Error> {
        Ok(format!("{} {page}", self.tenant))
    }
}

pub(super) async fn run() {
    let mut list = Vec::new();
    for _ in 0..2 {
        assert_eq!(all("host", 80).await, Ok(80));
        assert_eq!(constant().await, Ok(1));
        assert_eq!(constants(2).await, Ok(2));
        assert_eq!(expressions(3, &mut list).await, Ok(3));
        assert_eq!(shared("a", 4).await, Ok("a 4".to_owned()));
        let all = all_arguments("a".to_owned(), "b", (1, 2), 0, b"xyz").await;
        assert_eq!(all, Ok("ab33".to_owned()));
        assert_eq!(in_each_attempt(&Flaky::times(2), (1, 2)).await, Ok(3));
        assert_eq!(unread(1, (2, 3)).await, Ok(2));
        assert_eq!(unread_below_a_retry(1, 2).await, Ok(2));
        let shop = Shop {
            tenant: "t".to_owned(),
        };
        assert_eq!(shop.page(1).await, Ok("t 1".to_owned()));
    }
    assert_eq!(list, [3]);
    assert!(USERS.invalidate(&("a".to_owned(), 4)));
}
