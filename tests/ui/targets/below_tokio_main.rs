use resilience::retry;

#[tokio::main]
#[retry]
async fn run() -> Result<(), ()> {
    Ok(())
}

fn main() {}
