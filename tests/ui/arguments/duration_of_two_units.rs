use resilience::timeout;

#[timeout(2h30m)]
async fn call() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
