use resilience::compensate;

type Answer = u32;

async fn undo(_: &u32) -> Result<(), std::io::Error> {
    Ok(())
}

#[compensate(undo)]
async fn call() -> Answer {
    3
}

fn main() {}
