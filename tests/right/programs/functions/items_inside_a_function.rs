use crate::Error;

pub(super) async fn run() {
    use resilience::{retry, timeout};

    const MAX: u32 = 2;

    #[retry(max = MAX)]
    #[timeout(1s)]
    async fn nested(n: u32) -> Result<u32, Error> {
        #[retry]
        async fn deeper(n: u32) -> Result<u32, Error> {
            Ok(n + 1)
        }
        deeper(n).await
    }

    assert_eq!(nested(1).await, Ok(2));
}
