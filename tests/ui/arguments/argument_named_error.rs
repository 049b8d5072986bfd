use resilience::fallback;

async fn recover(error: u32) -> Result<u32, std::io::Error> {
    Ok(error)
}

#[fallback(recover(error))]
async fn call(error: u32) -> Result<u32, std::io::Error> {
    Ok(error)
}

fn main() {}
