use resilience::retry;

#[retry(HTTP, GRPC)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
