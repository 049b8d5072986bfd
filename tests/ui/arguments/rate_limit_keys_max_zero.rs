use resilience::rate_limit;

#[rate_limit(100/s, key = host, keys_max = 0)]
async fn call(host: &str) -> Result<(), ()> {
    Ok(())
}

fn main() {}
