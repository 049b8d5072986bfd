use resilience::{circuit, compensate, retry, saga, timeout};

use crate::{Error, Flaky};

#[derive(Debug)]
struct Body(Vec<u8>);

async fn undo(_: &usize) -> Result<(), Error> {
    std::future::ready(()).await;
    Ok(())
}

#[saga]
#[compensate(undo)]
#[timeout(5s)]
#[circuit]
async fn once(body: Body) -> Result<usize, Error> {
    Ok(body.0.len())
}

#[timeout(60s)]
#[retry]
#[timeout(5s)]
async fn again(flaky: &Flaky, body: &Body, sent: &mut Vec<Body>) -> Result<usize, Error> {
    sent.push(Body(body.0.clone()));
    flaky.attempt()?;
    Ok(body.0.len())
}

pub(super) async fn run() {
    assert_eq!(once(Body(vec![1, 2])).await, Ok(2));
    let mut sent = Vec::new();
    assert_eq!(
        again(&Flaky::times(1), &Body(vec![1]), &mut sent).await,
        Ok(1)
    );
    assert!(sent.len() == 2 && sent.iter().all(|body| body.0 == [1]));
}
