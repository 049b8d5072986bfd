use std::rc::Rc;

use resilience::{Rejection, cache, idempotent};

/// An error that no other thread may have; the future of a call may go to one all the same.
#[derive(Debug)]
struct Local(Rc<str>);

impl From<Rejection> for Local {
    fn from(rejection: Rejection) -> Self {
        Self(rejection.to_string().into())
    }
}

#[cache(60s)]
async fn cached(n: u32) -> Result<u32, Local> {
    n.checked_sub(1).ok_or_else(|| Local("zero".into()))
}

#[idempotent(key = n)]
async fn once(n: u32) -> Result<u32, Local> {
    n.checked_sub(1).ok_or_else(|| Local("zero".into()))
}

const fn is_send<T: Send>(future: T) -> T {
    future
}

pub(super) async fn run() {
    assert_eq!(is_send(cached(2)).await.ok(), Some(1));
    assert_eq!(is_send(once(2)).await.ok(), Some(1));
    let words = is_send(cached(0)).await.err().map(|error| error.0.len());
    assert_eq!(words, Some(4));
}
