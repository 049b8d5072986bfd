use resilience::circuit;

#[circuit(failures = 5, keys_max = 10)]
async fn call() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
