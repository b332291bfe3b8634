import { EntitySchema } from 'typeorm';

export interface Artist {
  id: number;
  name: string;
  songs: Song[];
}

export interface Song {
  id: number;
  title: string;
  artist: Artist;
}

export const ArtistSchema = new EntitySchema<Artist>({
  name: 'Artist',
  tableName: 'artists',
  columns: {
    id: { type: Number, primary: true },
    name: { type: String, unique: true, length: 100 },
  },
  relations: { songs: { type: 'one-to-many', target: 'Song', inverseSide: 'artist' } },
});

export const SongSchema = new EntitySchema<Song>({
  name: 'Song',
  tableName: 'songs',
  columns: { id: { type: Number, primary: true }, title: { type: String } },
  relations: {
    artist: { type: 'many-to-one', target: 'Artist', inverseSide: 'songs', cascade: ['insert'] },
  },
});
