//! `#[cache(USERS)]`: a cache with a name.

use std::time::Duration;

use resilience::{Cache, cache, caches};
use tokio::time::{advance, sleep};

use super::{Error, Runs, SECOND};

const TTL: Duration = Duration::from_secs(30);

static USERS: Cache<u64, String> = Cache::new("users", Duration::from_secs(60)).max(100);

#[cache(USERS)]
async fn user(id: u64) -> Result<String, Error> {
    Ok(format!("user {id}"))
}

#[cache(USERS, key = *id)]
async fn user_again(id: &u64, fresh: bool) -> Result<String, Error> {
    Ok(format!("again {id} {fresh}"))
}

#[tokio::test(start_paused = true)]
async fn functions_share_it_and_a_value_can_be_removed() {
    assert_eq!(user(1).await.unwrap(), "user 1");
    assert_eq!(user_again(&1, true).await.unwrap(), "user 1");
    assert!(USERS.invalidate(&1));
    assert!(!USERS.invalidate(&1));
    assert_eq!(user_again(&1, true).await.unwrap(), "again 1 true");
    assert_eq!(user(1).await.unwrap(), "again 1 true");
    assert_eq!((USERS.len(), USERS.counters().hits), (1, 2));
    assert!(caches().iter().any(|it| it.name() == "users"));
    USERS.clear();
    assert!(USERS.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_constant_alone_is_a_time() {
    static RUNS: Runs = Runs::new();
    #[cache(TTL)]
    async fn constant() -> Result<u32, Error> {
        Ok(RUNS.next())
    }
    struct Of;
    impl Of {
        const TTL: Duration = Duration::from_secs(5);

        #[cache(Self::TTL, key = id)]
        async fn own(&self, id: u32) -> Result<u32, Error> {
            let _ = id;
            Ok(RUNS.next())
        }
    }
    assert_eq!(constant().await, Ok(1));
    advance(SECOND * 29).await;
    assert_eq!(constant().await, Ok(1));
    advance(SECOND).await;
    assert_eq!(constant().await, Ok(2));
    assert_eq!(Of.own(1).await, Ok(3));
    advance(SECOND * 5).await;
    assert_eq!(Of.own(1).await, Ok(4));
}

static WORDS: Cache<(String, u32), String> = Cache::new("words", Duration::from_secs(60));

#[cache(WORDS)]
async fn word(language: &str, n: u32) -> Result<String, Error> {
    sleep(SECOND).await;
    Ok(format!("{language} {n}"))
}

#[tokio::test(start_paused = true)]
async fn several_arguments_are_a_tuple_of_what_is_kept() {
    word("de", 1).await.unwrap();
    assert!(WORDS.invalidate(&("de".to_owned(), 1)));
    assert!(!WORDS.invalidate(&("en".to_owned(), 1)));
}
