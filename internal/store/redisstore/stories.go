package redisstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
)

// storyKeys are the keys of a channel's stories: the index by time, and one of them.
func (s *Store) storyKeys(to alert.Destination, edit string) (index, story string) {
	index = s.o.Prefix + "{c:" + to.Guild + "." + to.Channel + "}:wire"
	return index, index + ":" + edit
}

// Join implements deliver.Outbox.
func (s *Store) Join(ctx context.Context, d alert.Delivery, edit string) (story alert.Story, err error) {
	now, err := s.now(ctx)
	if err == nil {
		story, err = s.editStory(ctx, d.Destination, edit, now, func(story *alert.Story) bool { return story.Join(d, at(now)) })
	}
	return story, s.explain("join a story", err)
}

// Lead implements deliver.Outbox.
func (s *Store) Lead(ctx context.Context, d alert.Delivery, edit, message string) error {
	now, err := s.now(ctx)
	if err == nil {
		_, err = s.editStory(ctx, d.Destination, edit, now, func(story *alert.Story) bool {
			if story.Delivery != d.ID {
				return false
			}
			story.Message = message
			return true
		})
	}
	return s.explain("lead a story", err)
}

// Leave implements deliver.Outbox.
func (s *Store) Leave(ctx context.Context, to alert.Destination, edit, delivery string) error {
	now, err := s.now(ctx)
	if err == nil {
		_, err = s.editStory(ctx, to, edit, now, func(story *alert.Story) bool {
			if story.Delivery != delivery {
				return false
			}
			*story = alert.Story{}
			return true
		})
	}
	return s.explain("leave a story", err)
}

// editStory reads a story, changes it and writes it, unless it was changed between:
// then it begins anew. A story that is left empty is deleted.
func (s *Store) editStory(ctx context.Context, to alert.Destination, edit string, now int64, change func(*alert.Story) bool) (story alert.Story, err error) {
	index, key := s.storyKeys(to, edit)
	work := func(tx *redis.Tx) error {
		if story, err = s.readStory(tx.Get(ctx, key)); err != nil {
			return err
		}
		if !change(&story) {
			return nil
		}
		doc, err := s.pack.JSON(story)
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			if story.Delivery == "" {
				p.Del(ctx, key)
				p.ZRem(ctx, index, edit)
				return nil
			}
			p.Set(ctx, key, doc, alert.StoryKept)
			p.ZAdd(ctx, index, redis.Z{Score: float64(ms(story.At)), Member: edit})
			p.ZRemRangeByScore(ctx, index, "-inf", fmt.Sprint(now-alert.StoryKept.Milliseconds()))
			p.PExpire(ctx, index, alert.StoryKept)
			return nil
		})
		return err
	}
	err = s.transact(ctx, key, work)
	return story, err
}

// readStory decodes a story; one that is not there is empty.
func (s *Store) readStory(c *redis.StringCmd) (story alert.Story, err error) {
	doc, err := c.Bytes()
	if errors.Is(err, redis.Nil) {
		return story, nil
	}
	if err == nil {
		err = s.pack.Read(doc, &story)
	}
	return story, err
}

// Stories implements command.Stories.
func (s *Store) Stories(ctx context.Context, to alert.Destination) ([]alert.Story, error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, s.explain("read stories", err)
	}
	index, _ := s.storyKeys(to, "")
	edits, err := s.db.ZRangeArgs(ctx, redis.ZRangeArgs{Key: index, ByScore: true, Rev: true, Start: "+inf", Stop: fmt.Sprintf("(%d", now-alert.StoryKept.Milliseconds())}).Result()
	if err != nil {
		return nil, s.explain("read stories", err)
	}
	var out []alert.Story
	for _, edit := range edits {
		_, key := s.storyKeys(to, edit)
		story, err := s.readStory(s.db.Get(ctx, key))
		if err != nil {
			return nil, s.explain("read stories", err)
		}
		if story.Delivery != "" {
			out = append(out, story)
		}
	}
	return out, nil
}

// forgetStories deletes what is kept of the edits that a channel was told of.
func (s *Store) forgetStories(ctx context.Context, to alert.Destination) error {
	index, _ := s.storyKeys(to, "")
	edits, err := s.db.ZRange(ctx, index, 0, -1).Result()
	if err != nil {
		return err
	}
	keys := []string{index}
	for _, edit := range edits {
		_, key := s.storyKeys(to, edit)
		keys = append(keys, key)
	}
	return s.db.Del(ctx, keys...).Err()
}
