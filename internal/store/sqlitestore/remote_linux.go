package sqlitestore

import "syscall"

// remoteKinds are network file systems, by the magic numbers of statfs(2): SQLite's log
// needs memory that is shared by all who open a file, and locks that hold.
func remoteKinds() map[uint32]string {
	return map[uint32]string{
		0x6969: "NFS", 0xFF534D42: "SMB", 0xFE534D42: "SMB", 0x517B: "SMB", 0x01021997: "9P", 0x5346414F: "AFS", 0x6B414653: "AFS",
		0x00C36400: "Ceph", 0x73757245: "Coda", 0x0BD00BD0: "Lustre", 0x01161970: "GFS2", 0x7461636F: "OCFS2", 0xAAD7AAEA: "PanFS",
	}
}

// remote names the network file system that a path is on; empty: it is on none that is
// known.
func remote(path string) string {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return "" // it was opened: whatever this is, it is not about the file
	}
	return remoteKinds()[uint32(s.Type)] // its type differs by machine
}
