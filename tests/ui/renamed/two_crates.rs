use resilience::{retry, timeout};

#[retry(crate = ::resilience)]
#[timeout(1s, crate = ::robust)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
