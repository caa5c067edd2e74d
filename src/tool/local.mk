# tool: what agents may call, one file each.
