//! The test kit's reset, which reaches every limit of the process: so it has a process of its own.

use resilience::{
    Bulkhead, Circuit, RateLimit, Rejection, State, bulkhead, circuit, rate_limit, testing,
};

static API: RateLimit = RateLimit::new("api").rate(1, std::time::Duration::from_secs(60));
static DB: Bulkhead = Bulkhead::new("db").max(1);
static PAYMENTS: Circuit = Circuit::new("payments");

#[circuit(PAYMENTS)]
#[rate_limit(API)]
#[bulkhead(DB)]
async fn shared() -> Result<(), Rejection> {
    Ok(())
}

#[rate_limit(1/h, key = user)]
async fn keyed(user: &str) -> Result<(), Rejection> {
    let _ = user;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn everything_is_as_new() {
    for _ in 0..2 {
        assert_eq!(shared().await, Ok(()));
        assert!(shared().await.unwrap_err().is_rate_limited());
        assert_eq!(keyed("ada").await, Ok(()));
        assert!(keyed("ada").await.unwrap_err().is_rate_limited());
        PAYMENTS.force_open();
        assert!(shared().await.unwrap_err().is_circuit_open());
        testing::reset();
        assert_eq!(PAYMENTS.state(), State::Closed);
        assert_eq!(
            (API.available(), API.admitted(), API.rejected()),
            (Some(1), 0, 0)
        );
        assert_eq!((DB.available(), DB.admitted()), (Some(1), 0));
    }
}
