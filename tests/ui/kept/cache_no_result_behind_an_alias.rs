use resilience::cache;

type Page = u32;

#[cache(60s)]
async fn call(id: u32) -> Page {
    id
}

fn main() {}
