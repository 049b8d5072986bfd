use resilience::retry;

#[retry(on = _)]
async fn call(#[cfg(all())] number: u32) -> Result<u32, std::io::Error> {
    Ok(number)
}

fn main() {}
