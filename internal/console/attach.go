package console

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"erratum/internal/command"
)

// maxAttached bounds a file that a command takes along, in bytes.
const maxAttached = 2 << 20

// attach reads the file that a command names: who sits at the terminal may read it. Its
// errors are sentences for that person.
func attach(req *command.Request) error {
	spec, _ := command.Find(req.Name)
	for _, o := range spec.Options {
		path := req.Args[o.Name]
		if o.Kind != command.Upload || path == "" {
			continue
		}
		data, err := readFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("There is no file %q here.", path) //nolint:staticcheck // a sentence for the person who typed
		case err != nil:
			return fmt.Errorf("The file %q can't be read.", path) //nolint:staticcheck // the same
		case len(data) > maxAttached:
			return fmt.Errorf("The file %q is larger than %d MB.", path, maxAttached>>20) //nolint:staticcheck // the same
		}
		req.File = data
		delete(req.Args, o.Name)
	}
	return nil
}

func readFile(path string) (data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxAttached+1))
}
