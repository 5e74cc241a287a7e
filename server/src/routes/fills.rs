//! Slots without a file: emptied here; filled by the routes of each way.

use super::{Table, id};
use crate::page::Page;
use app::paths;
use axum::extract::Path;
use axum::response::Response;

pub fn add(table: Table) -> Table {
    table.post("/apply/{draft}/fills/{material}/remove", remove)
}

async fn remove(page: Page, Path((draft, material)): Path<(String, String)>) -> Response {
    let removed = async {
        let owner = page.session.owner()?;
        let id = id(&draft)?;
        page.service.remove_fill(&owner, id, &material).await?;
        Ok(id)
    };
    match removed.await {
        Ok(id) => page.go(&format!("{}#slot-{}", paths::materials(id), app::ui::field_id(&material))),
        Err(failure) => page.fail(failure),
    }
}
