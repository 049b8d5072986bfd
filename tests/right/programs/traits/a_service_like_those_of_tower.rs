use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

trait Service<Request> {
    type Response;
    type Error;
    type Future: Future<Output = Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>>;
    fn call(&mut self, request: Request) -> Self::Future;
}

#[derive(Debug, Clone)]
struct Client<S> {
    inner: S,
}

impl<S> Client<S>
where
    S: Service<u32, Response = u32, Error = Error, Future: Send> + Clone + Send + Sync,
{
    #[timeout(60s)]
    #[retry]
    #[circuit]
    #[timeout(5s)]
    async fn load(&self, id: u32) -> Result<u32, Error> {
        let mut service = self.inner.clone();
        std::future::poll_fn(|cx| service.poll_ready(cx)).await?;
        service.call(id).await
    }
}

impl Service<u32> for Flaky {
    type Response = u32;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: u32) -> Self::Future {
        let flaky = self.clone();
        Box::pin(async move {
            flaky.attempt()?;
            Ok(request)
        })
    }
}

pub(super) async fn run() {
    let client = Client {
        inner: Flaky::times(2),
    };
    assert_eq!(client.load(3).await, Ok(3));
}
