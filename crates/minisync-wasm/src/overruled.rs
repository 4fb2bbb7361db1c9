//! What a merge overruled, as JavaScript is told of it and hands it back.

use minisync::{ClientId, Overruled, Stamp};

use crate::{
    arguments::Json,
    failure::{Failure, Result},
    output::{boolean, write_member, write_path, write_string},
    place,
};

pub(crate) fn write(lost: &Overruled, out: &mut String) {
    out.push_str("{\"container\":");
    write_string(&lost.home.to_string(), out);
    write_member("within", out);
    write_path(&lost.within, out);
    if let Some(path) = &lost.path {
        write_member("place", out);
        write_path(path, out);
    }
    write_member("value", out);
    out.push_str(&lost.value);
    if let Some(item) = &lost.item {
        write_member("item", out);
        out.push_str(item);
    }
    write_member("isItemGone", out);
    out.push_str(boolean(lost.is_item_gone));
    write_member("client", out);
    write_string(lost.client.as_str(), out);
    write_member("stamp", out);
    out.push_str(&lost.stamp.to_string());
    out.push('}');
}

/// What is needed to bring it back.
pub(crate) fn read(lost: Json<'_>) -> Result<Overruled> {
    let member = |name: &'static str| {
        let found = lost.member(name)?;
        found.ok_or_else(|| Failure::call(format!("what was overruled has no {name}")))
    };
    Ok(Overruled {
        path: None,
        home: member("container")?.string()?.parse()?,
        within: place::path(member("within")?)?,
        value: member("value")?.text().to_owned(),
        item: lost.member("item")?.map(|item| item.text().into()),
        is_item_gone: member("isItemGone")?.boolean()?,
        client: ClientId::new(member("client")?.string()?)?,
        stamp: Stamp::saturating(u64::try_from(member("stamp")?.integer()?).unwrap_or(0)),
    })
}

#[cfg(test)]
mod tests {
    use crate::Instance;

    /// What JavaScript is told of, it can hand back as it is.
    #[test]
    fn what_was_overruled_is_told_and_brought_back() -> Result<(), String> {
        let now = 1_795_377_823_000.0;
        let (mut ann, mut bob) = (Instance::default(), Instance::default());
        ann.seed([1, 2, 3, 4]);
        bob.seed([5, 6, 7, 8]);
        ann.call("create", r#"[{"client":"ann"},{"todo":["milk",{"title":"eggs"}]}]"#, now)?;
        let changes = ann.call("changes", "[]", now)?;
        bob.call("join", &format!(r#"[{{"client":"bob"}},{changes}]"#), now)?;
        ann.call("remove", r#"["todo[1]"]"#, now)?;
        bob.call("set", r#"["todo[1].title","six eggs"]"#, now)?;
        let changes = ann.call("changes", "[]", now)?;
        let commit = bob.call("merge", &format!("[{changes}]"), now)?;
        let (_, told) = commit.split_once(r#""overruled":["#).ok_or(&commit)?;
        assert!(told.contains(r#""place":["todo",1,"title"],"value":"six eggs""#), "{commit}");
        let told = told.strip_suffix("]}").ok_or(&commit)?;
        bob.call("restoreOverruled", &format!("[{told}]"), now)?;
        assert_eq!(bob.call("get", "[]", now)?, r#"{"todo":["milk",{"title":"six eggs"}]}"#);
        Ok(())
    }
}
