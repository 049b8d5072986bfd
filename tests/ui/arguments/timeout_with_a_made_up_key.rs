use resilience::timeout;

#[timeout(duration = 10s)]
async fn call() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
