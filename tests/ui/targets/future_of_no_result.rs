use resilience::retry;

#[retry]
fn call() -> impl Future<Output = u32> {
    async { 3 }
}

fn main() {}
