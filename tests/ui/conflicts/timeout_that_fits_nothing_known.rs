use resilience::{retry, timeout};

#[timeout(30s, fits)]
#[retry(max = 3)]
async fn call() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
