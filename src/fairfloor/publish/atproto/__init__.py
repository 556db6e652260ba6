"""Feed generators and labelers of the AT Protocol: names, keys, labels, servers, records. Knows nothing of any chat."""
