"""Names of releases, of libraries of Jellyfin and Kodi, and of people's own films."""

import time
from datetime import date

import pytest

from services.media.names.film_name import MAX_NAME, FilmName, film_name


@pytest.mark.parametrize(
    ("path", "title", "year"),
    [
        # releases
        ("The.Matrix.1999.1080p.BluRay.x264.mkv", "The Matrix", 1999),
        ("The.Matrix.1999.1080p.BluRay.x264-GROUP/The.Matrix.1999.1080p.BluRay.x264-GROUP.mkv", "The Matrix", 1999),
        ("Blade.Runner.2049.2017.2160p.UHD.BluRay.x265.10bit.HDR.TrueHD.7.1.Atmos.mkv", "Blade Runner 2049", 2017),
        ("1917.2019.1080p.WEB-DL.DD5.1.H264-FGT.mkv", "1917", 2019),
        ("2012.2009.720p.BRRip.XviD.AC3.avi", "2012", 2009),
        ("2012.720p.BRRip.avi", "2012", None),
        ("Spider-Man.No.Way.Home.2021.1080p.AMZN.WEBRip.DDP5.1.x264.mkv", "Spider-Man No Way Home", 2021),
        ("Das.Boot.1981.German.DL.1080p.BluRay.x264.mkv", "Das Boot", 1981),
        ("WALL-E.2008.BluRay.1080p.mkv", "WALL-E", 2008),
        ("Se7en.1995.REMUX.mkv", "Se7en", 1995),
        ("300.2006.mkv", "300", 2006),
        ("Dune.2021.mkv", "Dune", 2021),
        ("Sunrise 1080p BluRay x264-GROUP.mkv", "Sunrise", None),
        # dots and "%20" for spaces
        ("The.Long.Tunnel.mp4", "The Long Tunnel", None),
        ("The.Long.Tunnel (2010).mp4", "The Long Tunnel", 2010),
        ("The.Long.Tunnel [1080p].mp4", "The Long Tunnel", None),
        ("Dr.No (1962).mp4", "Dr No", 1962),
        ("The.Long.Tunnel - Above.mp4", "The Long Tunnel - Above", None),
        ("Night.Trains.to.Lisbon in summer.mp4", "Night Trains to Lisbon in summer", None),
        ("The%20Long%20Tunnel%20%282010%29.mp4", "The Long Tunnel", 2010),
        ("Caf%C3%A9%20Noir.mp4", "Café Noir", None),
        ("a%2Fb%20c.mp4", "a%2Fb%20c", None),
        ("bad%20%FF.mp4", "bad%20%FF", None),
        ("100%25 Wolf.mp4", "100%25 Wolf", None),
        # dots of their own
        ("S.W.A.T.mp4", "S.W.A.T", None),
        ("A.I.mp4", "A.I", None),
        ("A.I (2001).mp4", "A.I", 2001),
        ("E.T. the Extra-Terrestrial.mp4", "E.T. the Extra-Terrestrial", None),
        ("Mr. Robot.mp4", "Mr. Robot", None),
        ("Kill Bill Vol. 2.mp4", "Kill Bill Vol. 2", None),
        ("Room 2.0.mp4", "Room 2.0", None),
        ("v1.2.3 demo.mp4", "v1.2.3 demo", None),
        ("Talk at conf.example.org (2010).mp4", "Talk at conf.example.org", 2010),
        ("films.example.com (2010).mp4", "films.example.com", 2010),
        ("Metropolis 1927 720p.mp4", "Metropolis", 1927),
        ("The Big Lebowski 1998 BluRay 1080p x264.mkv", "The Big Lebowski", 1998),
        ("big_buck_bunny_1080p_h264.mov", "big buck bunny", None),
        ("big_buck_bunny_720p_surround.avi", "big buck bunny", None),
        ("BigBuckBunny_320x180.mp4", "BigBuckBunny", None),
        ("Sintel.2010.4K.mkv", "Sintel", 2010),
        ("tears_of_steel_1080p.webm", "tears of steel", None),
        ("Inception (2010) [1080p] [BluRay] [5.1] [YTS.MX].mp4", "Inception", 2010),
        ("[www.example.org] Amelie 2001 DVDRip.avi", "Amelie", 2001),
        ("www.Example.org - Amelie.2001.DVDRip.avi", "Amelie", 2001),
        ("Up.2009.DVDRip.XviD-NeDiVx.avi", "Up", 2009),
        ("Web.Therapy.2008.WEB.h264.mkv", "Web Therapy", 2008),
        ("The.Proper.Man.2014.PROPER.HDTV.mkv", "The Proper Man", 2014),
        ("Extended.720p.mkv", "Extended", None),
        # Jellyfin's and Kodi's
        ("The Matrix (1999).mkv", "The Matrix", 1999),
        ("The Matrix (1999)/The Matrix (1999).mkv", "The Matrix", 1999),
        ("The Matrix (1999)/The Matrix.mkv", "The Matrix", 1999),
        ("The Matrix (1999)/matrix.mkv", "The Matrix", 1999),
        ("The Matrix (1999)/movie.mkv", "The Matrix", 1999),
        ("The Matrix (1999) {tmdb-603}/The Matrix (1999) {tmdb-603}.mkv", "The Matrix", 1999),
        ("The Matrix (1999) [imdbid-tt0133093].mkv", "The Matrix", 1999),
        ("The Matrix [1999].mkv", "The Matrix", 1999),
        ("The Matrix (1999) - [1080p].mkv", "The Matrix", 1999),
        ("The Matrix (1999) - 1080p.mkv", "The Matrix", 1999),
        ("2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", 1968),
        ("1917 (2019)/1917 (2019).mkv", "1917", 2019),
        ("1917 (2019)/1917.mkv", "1917", 2019),
        ("(500) Days of Summer (2009).mp4", "(500) Days of Summer", 2009),
        ("Crouching Tiger, Hidden Dragon (2000).mkv", "Crouching Tiger, Hidden Dragon", 2000),
        ("Films/M (1931).mkv", "M", 1931),
        ("[REC] (2007).mp4", "[REC]", 2007),
        ("[REC].2007.1080p.mp4", "[REC]", 2007),
        ("[REC] 2 (2009) [1080p].mkv", "[REC] 2", 2009),
        ("Fahrenheit 451 (1966).mkv", "Fahrenheit 451", 1966),
        ("Ocean's 11 (1960)/Ocean's 11 (1960).mkv", "Ocean's 11", 1960),
        ("Кин-дза-дза! (1986).mkv", "Кин-дза-дза!", 1986),
        ("Брат.2.2000.BDRip.1080p.mkv", "Брат 2", 2000),
        ("七人の侍 (1954) [1080p].mkv", "七人の侍", 1954),
        ("卧虎藏龙.2000.1080p.BluRay.mkv", "卧虎藏龙", 2000),
        ("باب الحديد (1958).mp4", "باب الحديد", 1958),
        ("ואלס עם באשיר (2008).mkv", "ואלס עם באשיר", 2008),
        ("기생충 (2019).mkv", "기생충", 2019),
        ("K-19.The.Widowmaker.2002.720p.BluRay.mkv", "K-19 The Widowmaker", 2002),
        ("10.Things.I.Hate.About.You.1999.1080p.mkv", "10 Things I Hate About You", 1999),
        ("Movie 43 (2013).mkv", "Movie 43", 2013),
        ("The Hangover Part II (2011).mkv", "The Hangover Part II", 2011),
        ("Harry Potter and the Deathly Hallows Part 1 (2010).mkv", "Harry Potter and the Deathly Hallows Part 1", 2010),
        ("Final Cut (1998).mkv", "Final Cut", 1998),
        ("The Extended Family (2015).mkv", "The Extended Family", 2015),
        ("1984 (1984).mkv", "1984", 1984),
        # people's own
        ("Seek Anywhere.mp4", "Seek Anywhere", None),
        ("Holiday 2019 in Rome.mp4", "Holiday 2019 in Rome", None),
        ("Holiday 2019.mp4", "Holiday 2019", None),
        ("Holiday (2019).mp4", "Holiday", 2019),
        ("Wedding (2019) Ceremony.mp4", "Wedding Ceremony", 2019),
        ("Wedding (2019)/Ceremony.mp4", "Ceremony", None),
        ("Family/Christmas 2015/Opening presents.mp4", "Opening presents", None),
        ("IMG_1234.mov", "IMG 1234", None),
        ("VID_20190714_153012.mp4", "VID 20190714 153012", None),
        ("PXL_20210101_123.mp4", "PXL 20210101 123", None),
        ("GOPR0012.MP4", "GOPR0012", None),
        ("20190714_153012.mp4", "20190714 153012", None),
        ("2019-07-14 Beach.mp4", "2019-07-14 Beach", None),
        ("2019-07-14 15.30.12.mp4", "2019-07-14 15.30.12", None),
        ("Screen Recording 2024-01-31 at 10.12.44.mov", "Screen Recording 2024-01-31 at 10.12.44", None),
        ("Beach.2019.07.14.mp4", "Beach 2019 07 14", None),
        ("کتاب\u200cها.mp4", "کتاب\u200cها", None),
        ("👨\u200d👩\u200d👧.mp4", "👨\u200d👩\u200d👧", None),
        ("Ocean's 11.mp4", "Ocean's 11", None),
        ("Se7en.mkv", "Se7en", None),
        ("Fahrenheit 451.mkv", "Fahrenheit 451", None),
        ("2001 A Space Odyssey.mkv", "2001 A Space Odyssey", None),
        ("Concert CD 1.mp4", "Concert CD 1", None),
        ("Film-part1.mp4", "Film-part1", None),
        ("Sailing/My season 3 of sailing/Harbour.mp4", "Harbour", None),
        ("Dance/Season 4 party.mp4", "Season 4 party", None),
        ("Diary/2024-01-15 Snow.mp4", "2024-01-15 Snow", None),
        ("Diary.2024.01.15.Snow.mp4", "Diary 2024 01 15 Snow", None),
        ("Lecture 10.mp4", "Lecture 10", None),
        ("Lecture 10x.mp4", "Lecture 10x", None),
        ("Part 2.mp4", "Part 2", None),
        ("1917.mkv", "1917", None),
        ("1.mp4", "1", None),
        ("1080p.mp4", "1080p", None),
        ("Blade Runner 2049.mkv", "Blade Runner 2049", None),
        ("Apollo 13.mkv", "Apollo 13", None),
        ("Room 237.mkv", "Room 237", None),
        ("Mr. Bunny.mp4", "Mr. Bunny", None),
        ("Dr.Strangelove.mkv", "Dr Strangelove", None),
        ("Big.Buck.Bunny.mp4", "Big Buck Bunny", None),
        ("Interviews/Alice.mp4", "Alice", None),
        ("Extras/Alice.mp4", "Alice", None),
        ("Family/Specials/Birthday.mp4", "Birthday", None),
        ("Phones/S8/IMG_1234.mp4", "IMG 1234", None),
        ("Mens 4x100 relay.mp4", "Mens 4x100 relay", None),
        ("love-scene.mp4", "love-scene", None),
        ("Costa Rica in 4K.mp4", "Costa Rica in 4K", None),
        ("My 1080p recording of cats.mp4", "My 1080p recording of cats", None),
        ("Amazing 4K Video (60 fps).mp4", "Amazing 4K Video (60 fps)", None),
        ("Recording 1080p.mp4", "Recording", None),
        ("Football/Cup 2019/Final 1-0.mp4", "Final 1-0", None),
        ("Test HEVC.mp4", "Test HEVC", None),
        ("test_h264.mp4", "test h264", None),
        ("Extended family dinner.mp4", "Extended family dinner", None),
        ("The Web.mp4", "The Web", None),
        ("Trailer park.mp4", "Trailer park", None),
        ("Park trailer.mp4", "Park trailer", None),
        ("Rehearsal [draft].mp4", "Rehearsal [draft]", None),
        ("[draft].mp4", "[draft]", None),
        ("Amélie 東京.mp4", "Amélie 東京", None),
        ("千と千尋の神隠し (2001).mkv", "千と千尋の神隠し", 2001),
        ("caf\udce9 (2001).mp4", "caf\ufffd", 2001),
        ("<b>bold<b> & co.mp4", "<b>bold<b> & co", None),
        ("two\nlines.mp4", "two lines", None),
        ("().mp4", "()", None),
        ("(1999).mp4", "(1999)", None),
        ("---.mp4", "---", None),
        ("_.mp4", "_", None),
    ],
)
def test_a_film_has_a_title_and_if_it_tells_a_year(path, title, year):
    assert film_name(path) == FilmName(title, year)


@pytest.mark.parametrize(
    ("path", "series", "season", "episode", "title"),
    [
        ("Low Water/Low Water S02E01 The.Long.Tunnel.mkv", "Low Water", 2, 1, "The Long Tunnel"),
        ("Show/Season 01/S01E02.mkv", "Show", 1, 2, "Episode 2"),
        ("Show/Season 1/Show - S01E02 - Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show (2010)/Season 1/Show (2010) S01E02 Pilot.mkv", "Show (2010)", 1, 2, "Pilot"),
        ("Show [tvdbid-1234]/Season 1/Show S01E02.mkv", "Show", 1, 2, "Episode 2"),
        ("Show/S01E02 - Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show/Specials/Show S00E03.mkv", "Show", 0, 3, "Episode 3"),
        ("Show/Season 1/02 - Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show/Season 1/02. Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show/Season 1/02.mkv", "Show", 1, 2, "Episode 2"),
        ("Show/Season 1/Episode 2.mkv", "Show", 1, 2, "Episode 2"),
        ("Show/Season 1/Ep 02 Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show/Season 1/12 Angry Men.mkv", "Show", 1, 12, "Angry Men"),
        ("Show/Season 1/Pilot.mkv", "Show", 1, None, "Pilot"),
        ("Serie/Staffel 2/Serie S02E11.mkv", "Serie", 2, 11, "Episode 11"),
        ("Série/Saison 3/Série S03E01.mkv", "Série", 3, 1, "Episode 1"),
        ("Show/S2/Show S02E01.mkv", "Show", 2, 1, "Episode 1"),
        ("Season 1/Show.S01E02.720p.mkv", "Show", 1, 2, "Episode 2"),
        ("The.Office.US.S03E07.720p.HDTV.x264.mkv", "The Office US", 3, 7, "Episode 7"),
        ("The.Wire.S01E01.The.Target.1080p.BluRay.x264-GRP.mkv", "The Wire", 1, 1, "The Target"),
        ("Doctor.Who.2005.S01E01.Rose.DVDRip.avi", "Doctor Who (2005)", 1, 1, "Rose"),
        ("24.S01E01.mkv", "24", 1, 1, "Episode 1"),
        ("1883.S01E01.mkv", "1883", 1, 1, "Episode 1"),
        ("Show.S01E02E03.mkv", "Show", 1, 2, "Episodes 2–3"),
        ("Show.S01E02-E03.Double.mkv", "Show", 1, 2, "Double"),
        ("show_s1e2_pilot.mp4", "show", 1, 2, "pilot"),
        ("Show 1x02 Pilot.avi", "Show", 1, 2, "Pilot"),
        ("Show - 1x02 - Pilot.avi", "Show", 1, 2, "Pilot"),
        ("Show.S2019E120.mkv", "Show", 2019, 120, "Episode 120"),
        ("Show.S01.1080p.BluRay.x264-GRP/Show.S01E02.1080p.BluRay.x264-GRP.mkv", "Show", 1, 2, "Episode 2"),
        ("Show Season 1/Show S01E02.mkv", "Show", 1, 2, "Episode 2"),
        ("TV/Show/Season 1/S01E02 Name, with (brackets).mkv", "Show", 1, 2, "Name, with (brackets)"),
        ("[Group] Show - 03 [1080p][ABCD1234].mkv", "Show", None, 3, "Episode 3"),
        ("[Group] Show S2 - 03v2 [720p].mkv", "Show", 2, 3, "Episode 3"),
        ("caf\udce9/Season 1/S01E02.mkv", "caf\ufffd", 1, 2, "Episode 2"),
        ("Bleach/Season 01 (The Substitute)/Bleach - 01.mp4", "Bleach", 1, 1, "Episode 1"),
        ("Bleach/Season 02 (The Entry)/S02E01.mp4", "Bleach", 2, 1, "Episode 1"),
        ("Show/Season 01 (2010)/S01E01.mp4", "Show", 1, 1, "Episode 1"),
        ("Show/Season 01 - The Beginning/02 - Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Friends/Friends Season 1 (BDRip 720p)/01. The One.mp4", "Friends", 1, 1, "The One"),
        ("Friends Season 1 (BDRip 720p)/01. The One.mp4", "Friends", 1, 1, "The One"),
        (
            "Stargate SG-1 (1997)/Season 01/Stargate SG-1 (1997) - S01E01-02 - Children of the Gods.mp4",
            "Stargate SG-1 (1997)",
            1,
            1,
            "Children of the Gods",
        ),
        ("Show.S01E01-02.1080p.mp4", "Show", 1, 1, "Episodes 1–2"),
        ("Show/Season 1/Show S01E01-E02-E03.mkv", "Show", 1, 1, "Episodes 1–3"),
        ("Show/Season 1/S01E05 - 24.mkv", "Show", 1, 5, "24"),
        ("One Piece/Season 21/One Piece - 1071 [1080p].mp4", "One Piece", 21, 1071, "Episode 1071"),
        ("Show/Season 1/1492 - Columbus.mkv", "Show", 1, 1492, "Columbus"),
        ("Show/Season 1/2010 Special.mkv", "Show", 1, None, "2010 Special"),
        ("[Group] Show [03][Ma10p_1080p][x265_flac].mkv", "Show", None, 3, "Episode 3"),
        ("[Group] One Piece - 1071 [1080p].mkv", "One Piece", None, 1071, "Episode 1071"),
        (
            "S01E01 - [SweetSub&VCB-Studio] Oniichan ha Oshimai! [01][Ma10p_1080p][x265_flac_2ac3].mp4",
            "Oniichan ha Oshimai!",
            1,
            1,
            "Episode 1",
        ),
        ("Сваты/Сезон 1/03. Свадьба.mkv", "Сваты", 1, 3, "Свадьба"),
        ("名探偵コナン/Season 1/名探偵コナン S01E05.mkv", "名探偵コナン", 1, 5, "Episode 5"),
    ],
)
def test_an_episode_has_a_series_a_season_a_number_and_a_title(path, series, season, episode, title):
    assert film_name(path) == FilmName(title, None, series, season, episode)


@pytest.mark.parametrize(
    ("path", "series", "day", "title"),
    [
        (
            "The.Daily.Show.2024.01.15.Guest.One.1080p.WEB.h264-GRP.mp4",
            "The Daily Show",
            date(2024, 1, 15),
            "Guest One",
        ),
        ("The.Daily.Show.2024.01.16.1080p.WEB.h264-GRP.mp4", "The Daily Show", date(2024, 1, 16), "2024-01-16"),
        ("News/Season 2024/News - 2024-01-15 - Snow.mkv", "News", date(2024, 1, 15), "Snow"),
        ("News/Season 2024/2024-01-15.mkv", "News", date(2024, 1, 15), "2024-01-15"),
        ("WWE Raw 2023-12-04 720p HDTV.mkv", "WWE Raw", date(2023, 12, 4), "2023-12-04"),
    ],
)
def test_an_episode_of_a_daily_show_has_the_day_on_which_it_was_aired(path, series, day, title):
    assert film_name(path) == FilmName(title, None, series, aired=day)


@pytest.mark.parametrize(
    ("path", "title", "year", "part"),
    [
        ("Movie (2010)/Movie (2010)-cd1.mp4", "Movie", 2010, 1),
        ("Movie (2010)/Movie (2010)-cd2.mp4", "Movie", 2010, 2),
        ("Movie.2010.CD1.DVDRip.XviD-GRP.mp4", "Movie", 2010, 1),
        ("Movie.2010.CD2.DVDRip.XviD-GRP.mp4", "Movie", 2010, 2),
        ("Movie (2010) - part2.mkv", "Movie", 2010, 2),
        ("Movie (2010) Disc 1.mkv", "Movie", 2010, 1),
        ("Movie (2010) pt3.mkv", "Movie", 2010, 3),
        ("Movie (2010) [dvd 2].mkv", "Movie", 2010, 2),
    ],
)
def test_the_parts_of_a_film_are_told_apart(path, title, year, part):
    assert film_name(path) == FilmName(title, year, part=part)


@pytest.mark.parametrize(
    ("path", "title", "year", "edition"),
    [
        ("Léon.The.Professional.1994.EXTENDED.1080p.BluRay.mkv", "Léon The Professional", 1994, "Extended"),
        ("Aliens.1986.Directors.Cut.REMASTERED.1080p.BluRay.mkv", "Aliens", 1986, "Director's Cut, Remastered"),
        ("Mr.Nobody.2009.EXTENDED.BDRip.mkv", "Mr Nobody", 2009, "Extended"),
        ("Unlimited.Extended.720p.mkv", "Unlimited", None, "Extended"),
        ("Blade Runner (1982) - Director's Cut.mkv", "Blade Runner", 1982, "Director's Cut"),
        ("Blade Runner (1982) {edition-Final Cut}.mkv", "Blade Runner", 1982, "Final Cut"),
        ("Alien (1979)/Alien (1979) {edition-Theatrical}.mp4", "Alien", 1979, "Theatrical"),
        ("Alien (1979)/Alien (1979) {edition-Director's Cut}.mp4", "Alien", 1979, "Director's Cut"),
        ("Dune.1984.Extended.Edition.1080p.BluRay.mkv", "Dune", 1984, "Extended Edition"),
        ("Dunkirk.2017.IMAX.2160p.mkv", "Dunkirk", 2017, "IMAX"),
        ("Jaws (1975) 30th Anniversary Edition.mkv", "Jaws", 1975, "30th Anniversary Edition"),
    ],
)
def test_the_cuts_of_a_film_are_told_apart(path, title, year, edition):
    assert film_name(path) == FilmName(title, year, edition=edition)


@pytest.mark.parametrize("path", ["S01E02.mkv", "Season 1/S01E02.mkv", "Season 1/02.mkv"])
def test_an_episode_of_no_known_series_is_a_film_by_its_file_name(path):
    assert film_name(path) == FilmName(path.split("/")[-1].removesuffix(".mkv"))


@pytest.mark.parametrize(
    ("path", "title", "year", "extra"),
    [
        ("The Matrix (1999)/The Matrix (1999)-trailer.mp4", "The Matrix", 1999, "trailer"),
        ("The.Matrix.1999.1080p-trailer.mp4", "The Matrix", 1999, "trailer"),
        ("Film-trailer1.mp4", "Film", None, "trailer"),
        ("Film.trailer.mp4", "Film", None, "trailer"),
        ("Film_Trailer.mp4", "Film", None, "trailer"),
        ("Film - Trailer.mp4", "Film", None, "trailer"),
        ("The Matrix (1999)/trailer.mp4", "The Matrix", 1999, "trailer"),
        ("The Matrix (1999)/trailers/Teaser.mp4", "Teaser", None, "trailer"),
        ("Film/sample.mkv", "sample", None, "sample"),
        ("Film/Sample/film-sample.mkv", "film", None, "sample"),
        ("Film-behindthescenes.mkv", "Film", None, "behind the scenes"),
        ("Film-deleted.mkv", "Film", None, "deleted scene"),
        ("Film-featurette.mkv", "Film", None, "featurette"),
        ("The Matrix (1999)/Bullet time-interview.mkv", "Bullet time", None, "interview"),
        ("Film/Behind The Scenes/Bullet time.mkv", "Bullet time", None, "behind the scenes"),
        ("Film/deleted scenes/01 The roof.mkv", "01 The roof", None, "deleted scene"),
        ("Film/Extras/Gag reel.mkv", "Gag reel", None, "extra"),
        ("The Matrix (1999)/interviews/Neo.mkv", "Neo", None, "interview"),
        ("Show/Season 1/extras/Bloopers.mkv", "Bloopers", None, "extra"),
    ],
)
def test_an_extra_says_what_it_is(path, title, year, extra):
    assert film_name(path) == FilmName(title, year, extra=extra)


@pytest.mark.parametrize("length", [MAX_NAME - len(".mkv"), 4096])
@pytest.mark.parametrize(
    "part",
    [
        *(
            "(",
            "[",
            "1x",
            "S1E1",
            "E1",
            "S1E1E1-",
            "a.",
            "1080p.",
            "-trailer",
            "1999.",
            "(1999)",
            " ",
            "{",
            "web ",
            "- ",
        ),
        *(
            "A.",
            "1.",
            "[a] ",
            "[imdb-",
            "第",
            "第1季",
            "season 1",
            "the ",
            "a cut ",
            "1 of ",
            "cd1",
            "x264 ",
            " - 1",
            "1화",
        ),
    ],
)
def test_a_name_that_repeats_itself_is_read_as_fast_as_any(part, length):
    name = (part * length)[:length]
    began_s = time.process_time()
    film_name(f"{name}/Season 1/{name}.mkv")
    assert time.process_time() - began_s < 0.2
