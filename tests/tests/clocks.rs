//! Runtimes with paused clocks of their own, one after the other in one process.

use std::time::Duration;

use resilience::{Circuit, Rejection, State, circuit};

static CIRCUIT: Circuit = Circuit::new("clocks")
    .failures(1)
    .cooldown(Duration::from_secs(5))
    .probes(1);

#[circuit(CIRCUIT, on = _)]
async fn call(fails: bool) -> Result<(), Option<Rejection>> {
    if fails { Err(None) } else { Ok(()) }
}

/// Opens the circuit, and closes it after its cooldown.
async fn recovers() {
    assert_eq!(call(true).await, Err(None));
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(call(false).await, Ok(()));
    assert_eq!(CIRCUIT.state(), State::Closed);
}

/// The only test of its binary, so that the first look at the clock is the one it makes.
#[test]
fn a_clock_behind_the_first_one_that_was_looked_at_still_passes_time() {
    for ahead in [Duration::from_secs(60 * 60 * 24 * 365), Duration::ZERO] {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            tokio::time::advance(ahead).await;
            recovers().await;
        });
    }
}
