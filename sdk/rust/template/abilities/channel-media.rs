/// Says where the provider keeps a file; the host fetches it.
impl hospes_sdk::ChannelMedia for Plugin {
    fn fetch(media: hospes_sdk::Media) -> Result<hospes_sdk::Source, hospes_sdk::Error> {
        let reference = hospes_sdk::encoding::url_encoded(&media.reference);
        let url = format!("https://api.example.com/files/{reference}");
        hospes_sdk::http::Request::get(url).source()
    }
}
