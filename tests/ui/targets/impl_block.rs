use resilience::retry;

struct Call;

#[retry]
impl Call {
    async fn call(&self) -> Result<(), ()> {
        Ok(())
    }
}

fn main() {}
