package discordtest

type schema struct{}

func loadSchema(string) (*schema, error) { return &schema{}, nil }

func (*schema) check(string, []byte) *refusal { return nil }
