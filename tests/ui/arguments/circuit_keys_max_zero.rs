use resilience::circuit;

#[circuit(key = host, keys_max = 0)]
async fn call(host: &str) -> Result<(), ()> {
    drop(host);
    Ok(())
}

fn main() {}
