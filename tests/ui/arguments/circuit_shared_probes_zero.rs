use resilience::{Circuit, Rejection, circuit};

static PAYMENTS: Circuit = Circuit::new("payments").failures(5).probes(0);

#[circuit(PAYMENTS, on = _)]
async fn call() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    Ok(())
}

#[circuit(PAYMENTS, on = _)]
async fn generic<T: Send>(value: T) -> Result<T, Option<Rejection>> {
    Ok(value)
}

fn main() {}
