use resilience::retry;

#[retry(on = std::io::Error { .. } if late())]
async fn call() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
