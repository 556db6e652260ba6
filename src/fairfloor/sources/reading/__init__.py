"""Records of other people's formats, read into acts: what archives and live sources share."""
