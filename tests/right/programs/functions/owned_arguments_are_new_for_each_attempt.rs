use resilience::retry;

use crate::{Error, Flaky};

#[retry]
async fn send(flaky: Flaky, mut body: Vec<u8>, name: String) -> Result<(String, usize), Error> {
    body.push(0);
    flaky.attempt()?;
    Ok((name, body.len()))
}

pub(super) async fn run() {
    let sent = send(Flaky::times(2), vec![1, 2], "n".to_owned()).await;
    assert_eq!(sent, Ok(("n".to_owned(), 3)));
}
