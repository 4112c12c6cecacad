"""Real names of releases and of people's files, by kind. Each row has what a viewer should read."""

import unicodedata
from datetime import date

import pytest

from services.media.names.film_name import FilmName, film_name

PLAIN = """
Room 237
Apollo 13
1917
Ocean's 11
Se7en
2001 A Space Odyssey
Fahrenheit 451
12 Monkeys
300
1408
21 Jump Street
Blade Runner 2049
Death Race 2000
2012
9
8½
Catch-22
U-571
District 9
Super 8
The 6th Day
11.22.63
24
9-1-1
30 Rock
The 100
4400
1080
1941
2046
2067
Area 51
Babylon 5
Disco 2000
Godzilla 1985
Wonder Woman 1984
Plan 9 from Outer Space
2 Fast 2 Furious
3-10 to Yuma
M*A*S*H
S.W.A.T.
R.I.P.D.
E.T.
Mr. & Mrs. Smith
Dr. No
Star Wars Episode 4
Star Wars Épisode 4 Un nouvel espoir
John Wick Capítulo 4
The Godfather Part II
Kill Bill Vol. 2
Back to the Future 2
Web
The Proper
Internal
DTS
HDR
AC3
Extended Family
Uncut Gems
Unrated 2
Director
Final Cut
The Final Cut
Director's Cut
Cam
Screener
The Screener
Limited
The Limited
Repack
Remastered
Dual
Multi
Subbed
French
The Italian Job
Good Bye, Lenin!
The Sample
Charlotte's Web
Part 2
Disc 1
DVD
Oma 80. Geburtstag
Lea's 3rd birthday, part 2
Hochzeit Teil 1
VHS 12 - Christmas 1991
Vacation 1998-07
Trip to Rome, day 2 (2019-07-14)
Rome - 2019-07-14 - Forum
WhatsApp Video 2023-01-15 at 18.30.45
2023-05-01 10-00-00
2024.05.12 F1 Race
[draft] Rehearsal
[final] Rehearsal
[2019] Trip - 01
【2020】运动会
Rehearsal {take-2}
Rehearsal [20190714]
Premier League 2023-24 Arsenal vs Chelsea
Wimbledon 2019 Final Federer Djokovic
Daft Punk - Alive 2007
AC-DC - Live at River Plate
Урок 5
Брат 2
Иван Васильевич меняет профессию
第五元素
七人の侍
살인의 추억
عمر المختار
אושפיזין
BMW E30 restoration
Canon 70D test 24fps
Model 3 vs. i4
00001
GX010042
DSCN1234
P1040123
""".strip().splitlines()


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_name_stays_as_it_is(name):
    assert film_name(f"Films/{name}.mkv") == FilmName(name)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dune.Part.Two.2024.2160p.WEB-DL.DDP5.1.Atmos.DV.HDR.H.265-FLUX.mkv", FilmName("Dune Part Two", 2024)),
        (
            "The.Hunger.Games.Mockingjay.Part.2.2015.1080p.BluRay.x264-SPARKS.mkv",
            FilmName("The Hunger Games Mockingjay Part 2", 2015),
        ),
        ("SAS.Red.Notice.2021.1080p.HDRip.AAC2.0.x264-GRP.mkv", FilmName("SAS Red Notice", 2021)),
        ("I ORIGINS 2014 1080p BLURAY MULTi DTS-HD MA AC-3 X264.mkv", FilmName("I ORIGINS", 2014)),
        (
            "[TorrentCounter.to].Pacific.Rim.2.Uprising.2018.1080p.HC.HDRip.x264.[2GB].mp4",
            FilmName("Pacific Rim 2 Uprising", 2018),
        ),
        (
            "[ www.UsaBit.com ] - My Cousin Vinny (1992) BluRay 720p 750MB Ganool.mkv",
            FilmName("My Cousin Vinny", 1992),
        ),
        ("www.UIndex.org    -    Oppenheimer.2023.1080p.mkv", FilmName("Oppenheimer", 2023)),
        ("www.1TamilMV.com - Leo (2023) Tamil HDRip - 1080p - x264.mkv", FilmName("Leo", 2023)),
        (
            "Oppenheimer_2023_IMAX_2160p_UHD_BluRay_x265_10bit_DV_TrueHD_7_1.mkv",
            FilmName("Oppenheimer", 2023, edition="IMAX"),
        ),
        ("The.Hunger.Games.ITA.ENG.AC3.BDRip.1080p.X265_ZMachine.mkv", FilmName("The Hunger Games")),
        ("A.Good.Day.To.Die.Hard.ITA.ENG.AC3.BDRip.1080p.X264-ZMachine.mkv", FilmName("A Good Day To Die Hard")),
        (
            "The.Hobbit.An.Unexpected.Journey.Extended.ITA.ENG.AC3.BDRip.1080p.X264-ZMachine.mkv",
            FilmName("The Hobbit An Unexpected Journey", edition="Extended"),
        ),
        (
            "The.Hobbit.The.Battle.Of.The.Five.Armies.Extended.2014.ITA.ENG.BDRip.1080p.H264-Fratposa.mkv",
            FilmName("The Hobbit The Battle Of The Five Armies", 2014, edition="Extended"),
        ),
        ("Ballerina.2025.Hybrid.BDRip.x264.HUN-FULCRUM.mkv", FilmName("Ballerina", 2025)),
        ("Amélie.2001.FRENCH.720p.BluRay.mkv", FilmName("Amélie", 2001)),
        ("Parasite.2019.KOREAN.1080p.BluRay.H264.AAC-VXT.mp4", FilmName("Parasite", 2019)),
        ("Intouchables.2011.MULTi.TRUEFRENCH.1080p.BluRay.x264.mkv", FilmName("Intouchables", 2011)),
        ("Kill.Bill.Vol.1.2003.1080p.BluRay.x264.mkv", FilmName("Kill Bill Vol 1", 2003)),
        (
            "Mad.Max.Fury.Road.2015.BLACK.AND.CHROME.EDITION.1080p.BluRay.mkv",
            FilmName("Mad Max Fury Road", 2015, edition="Black And Chrome Edition"),
        ),
        (
            "X-Men.Days.of.Future.Past.2014.The.Rogue.Cut.1080p.mkv",
            FilmName("X-Men Days of Future Past", 2014, edition="The Rogue Cut"),
        ),
        ("Blade.Runner.The.Final.Cut.1982.1080p.mkv", FilmName("Blade Runner", 1982, edition="The Final Cut")),
        ("The.Final.Cut.2004.1080p.mkv", FilmName("The Final Cut", 2004)),
        ("Apocalypse.Now.Redux.1979.1080p.mkv", FilmName("Apocalypse Now Redux", 1979)),
        ("Avatar (2009) - 3D.mkv", FilmName("Avatar", 2009)),
        ("Alita.Battle.Angel.2019.3D.HSBS.1080p.BluRay.mkv", FilmName("Alita Battle Angel", 2019)),
        (
            "Brazil (1985) {tmdb-68} {edition-Love Conquers All} [1080p].mkv",
            FilmName("Brazil", 1985, edition="Love Conquers All"),
        ),
        (
            "Brazil (1985) [imdbid=tt0088846] [Criterion Collection].mkv",
            FilmName("Brazil", 1985, edition="Criterion Collection"),
        ),
        ("Brazil (1985) [tt0088846].mkv", FilmName("Brazil", 1985)),
        (
            "Brazil (1985)/Brazil (1985) - Sheinberg's version.mkv",
            FilmName("Brazil", 1985, edition="Sheinberg's version"),
        ),
        ("Brazil (1985)/Brazil (1985) - black and white.mkv", FilmName("Brazil", 1985, edition="black and white")),
        ("Brazil (1985)/Brazil (1985) - 1080p.mkv", FilmName("Brazil", 1985)),
        ("Movie.Title.(1999).mp4", FilmName("Movie Title", 1999)),
        ("Veit Harlan - (1944) - Opfergang.mkv", FilmName("Veit Harlan - Opfergang", 1944)),
        ("1883 [imdbid-tt13991232].mkv", FilmName("1883")),
        ("A-Team, The (2010)/The A-Team (2010).mkv", FilmName("The A-Team", 2010)),
        ("Wonder.Woman.1984.2020.2160p.mkv", FilmName("Wonder Woman 1984", 2020)),
        ("Blade.Runner.2049.1080p.mkv", FilmName("Blade Runner 2049")),
        ("Death.Race.2000.1975.1080p.BluRay.mkv", FilmName("Death Race 2000", 1975)),
        ("The.6th.Day.2000.1080p.mkv", FilmName("The 6th Day", 2000)),
        ("U-571.2000.720p.mkv", FilmName("U-571", 2000)),
        ("Catch-22.1970.DVDRip.avi", FilmName("Catch-22", 1970)),
        ("8½.1963.Criterion.1080p.mkv", FilmName("8½", 1963, edition="Criterion")),
        ("1941 (1979).mkv", FilmName("1941", 1979)),
        ("2010 The Year We Make Contact (1984).mkv", FilmName("2010 The Year We Make Contact", 1984)),
        ("10,000 BC (2008).mkv", FilmName("10,000 BC", 2008)),
        ("E.T.the.Extra-Terrestrial.1982.1080p.mkv", FilmName("E.T. the Extra-Terrestrial", 1982)),
        ("A.I.Artificial.Intelligence.2001.720p.mkv", FilmName("A.I. Artificial Intelligence", 2001)),
        ("The.Man.from.U.N.C.L.E.2015.1080p.mkv", FilmName("The Man from U.N.C.L.E.", 2015)),
        ("L.A.Confidential.1997.DVDRip.avi", FilmName("L.A. Confidential", 1997)),
        ("Mission.Impossible.-.Fallout.2018.1080p.mkv", FilmName("Mission Impossible - Fallout", 2018)),
        ("Windows.8.1.Review.720p.mp4", FilmName("Windows 8.1 Review")),
        ("Avengers.Endgame.2019.HDTS.x264.AC3-GRP.mkv", FilmName("Avengers Endgame", 2019)),
        ("Avengers.Endgame.2019.HDCAM.XviD-GRP.avi", FilmName("Avengers Endgame", 2019)),
        ("Soul.2020.WEB.mkv", FilmName("Soul", 2020)),
        ("Heat.1995.PAL.DVD9.mkv", FilmName("Heat", 1995)),
        ("Casablanca 1942 VHSRip.avi", FilmName("Casablanca", 1942)),
        ("Titanic (1997) CD 1 of 2.avi", FilmName("Titanic", 1997, part=1)),
        ("Titanic (1997) (2 of 2).avi", FilmName("Titanic", 1997, part=2)),
        ("Titanic (1997)-partb.avi", FilmName("Titanic", 1997, part=2)),
        ("Das Boot (1981) Teil 2.mkv", FilmName("Das Boot", 1981, part=2)),
        ("Война и мир (1965) часть 3.mkv", FilmName("Война и мир", 1965, part=3)),
        ("Gone With The Wind CD1.avi", FilmName("Gone With The Wind CD1")),
        ("Movie.2010.DVDRip.XviD.CD2-GRP.avi", FilmName("Movie", 2010, part=2)),
        ("The.Matrix.DVDRip.XviD.CD1.avi", FilmName("The Matrix", part=1)),
        ("1408.2007.DC.1080p.mkv", FilmName("1408", 2007, edition="Director's Cut")),
        ("Nosferatu.1922.RESTORED.1080p.mkv", FilmName("Nosferatu", 1922, edition="Restored")),
        ("Movie (2010)/cd1.avi", FilmName("Movie", 2010, part=1)),
        ("Movie (2010)/Movie (2010) - Part One.avi", FilmName("Movie", 2010, part=1)),
        ("Movie (2010) - Disc II.avi", FilmName("Movie", 2010, part=2)),
        ("Movie.2010.1080p.Part.Three.mkv", FilmName("Movie", 2010, part=3)),
        ("Dune Part One (2021).mkv", FilmName("Dune Part One", 2021)),
        ("Avatar (2009).3D.SBS.mkv", FilmName("Avatar", 2009)),
        ("Awesome 3D Movie (2022).3D.FTAB.mkv", FilmName("Awesome 3D Movie", 2022)),
        ("Blade Runner (1982).Directors.Cut.mkv", FilmName("Blade Runner", 1982, edition="Director's Cut")),
        ("Movie Name (2010).1080p.BluRay.x264-GRP.mkv", FilmName("Movie Name", 2010)),
        ("[REC]² (2009).mkv", FilmName("[REC]²", 2009)),
        ("[REC]3 Genesis (2012).mkv", FilmName("[REC]3 Genesis", 2012)),
        ("[REC].3.Genesis.2012.1080p.mkv", FilmName("[REC] 3 Genesis", 2012)),
        ("[Cargo] 200 (2007).mkv", FilmName("[Cargo] 200", 2007)),
        ("[M]otherhood (2010).mkv", FilmName("[M]otherhood", 2010)),
        ("[Group] 5 Centimeters per Second (2007) [1080p].mkv", FilmName("5 Centimeters per Second", 2007)),
        ("Movie (2010)/CD2/movie.avi", FilmName("Movie", 2010, part=2)),
        ("Movie/Disc 2/movie.avi", FilmName("Movie", part=2)),
        ("Aliens.1986.1080p.Directors.Cut.BluRay.mkv", FilmName("Aliens", 1986, edition="Director's Cut")),
        ("Aliens.Special.Edition.1986.1080p.mkv", FilmName("Aliens", 1986, edition="Special Edition")),
        ("Star.Wars.Episode.4.A.New.Hope.1977.1080p.mkv", FilmName("Star Wars Episode 4 A New Hope", 1977)),
        ("James Bond/James Bond - 01 - Dr. No (1962).mkv", FilmName("James Bond - 01 - Dr. No", 1962)),
        ("Clip.1080p60.mp4", FilmName("Clip")),
        ("Diving (1080p 60fps).mp4", FilmName("Diving")),
        (
            "The Movie Title (2010) {imdb-tt1520211} {edition-Ultimate Extended Edition} [Bluray-1080p]-GRP.mkv",
            FilmName("The Movie Title", 2010, edition="Ultimate Extended Edition"),
        ),
        (
            "The.Movie.Title.2010.Ultimate.Extended.Edition.1080p.mkv",
            FilmName("The Movie Title", 2010, edition="Ultimate Extended Edition"),
        ),
    ],
)
def test_a_film(path, expected):
    assert film_name(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Web (2013).mkv", FilmName("Web", 2013)),
        ("Charlottes.Web.1080p.mkv", FilmName("Charlottes Web")),
        ("The.Proper.1080p.mkv", FilmName("The Proper")),
        ("Internal (2019).mkv", FilmName("Internal", 2019)),
        ("Internal.2019.720p.mkv", FilmName("Internal", 2019)),
        ("1080 (2016).mkv", FilmName("1080", 2016)),
        ("Uncut.Gems.2019.1080p.mkv", FilmName("Uncut Gems", 2019)),
        ("Unrated.II.Scary.as.Hell.2011.DVDRip.avi", FilmName("Unrated II Scary as Hell", 2011)),
        ("Cam (2018).mkv", FilmName("Cam", 2018)),
        ("Cam.2018.1080p.NF.WEB-DL.mkv", FilmName("Cam", 2018)),
        ("The.Screener.2020.720p.mkv", FilmName("The Screener", 2020)),
        ("Limited.Partnership.2014.LIMITED.720p.mkv", FilmName("Limited Partnership", 2014)),
        ("ReMastered.Who.Shot.the.Sheriff.2018.720p.WEBRip.mkv", FilmName("ReMastered Who Shot the Sheriff", 2018)),
        ("Dual.2022.1080p.BluRay.mkv", FilmName("Dual", 2022)),
        ("The.Italian.1080p.BluRay.mkv", FilmName("The Italian")),
        ("The.English.Patient.1996.1080p.mkv", FilmName("The English Patient", 1996)),
        ("German.1080p.mkv", FilmName("German")),
        ("The.French.Connection.1971.FRENCH.1080p.mkv", FilmName("The French Connection", 1971)),
        ("Step.Up.3D.1080p.mkv", FilmName("Step Up 3D")),
        ("Show.S01E01.EXTENDED.1080p.mkv", FilmName("Episode 1", None, "Show", 1, 1, edition="Extended")),
        ("Show.S01E01.Pilot.Extended.Cut.1080p.mkv", FilmName("Pilot", None, "Show", 1, 1, edition="Extended Cut")),
        ("Show S01E01 Extended Family.mkv", FilmName("Extended Family", None, "Show", 1, 1)),
        ("Magnum.Opus.1080p.mkv", FilmName("Magnum Opus")),
        ("The.Darjeeling.Limited.1080p.mkv", FilmName("The Darjeeling Limited")),
        ("Infernal.Affairs.iNTERNAL.1080p.mkv", FilmName("Infernal Affairs")),
        ("The.Directors.Cut.2016.1080p.mkv", FilmName("The Directors Cut", 2016)),
        ("WEB.2013.1080p.mkv", FilmName("WEB", 2013)),
        ("The.Big.Short.2015.1080p.mkv", FilmName("The Big Short", 2015)),
        ("Sample People (2000).mkv", FilmName("Sample People", 2000)),
        ("Extended.Family.S01E01.1080p.mkv", FilmName("Episode 1", None, "Extended Family", 1, 1)),
        ("Trailer.Park.Boys.S01E01.720p.mkv", FilmName("Episode 1", None, "Trailer Park Boys", 1, 1)),
        ("Show.S01E05.The.French.1080p.mkv", FilmName("The French", None, "Show", 1, 5)),
        ("Show.S01E05.Proper.Introductions.1080p.mkv", FilmName("Proper Introductions", None, "Show", 1, 5)),
    ],
)
def test_a_title_of_technical_words(path, expected):
    assert film_name(path) == expected


@pytest.mark.parametrize(
    ("path", "series", "season", "episode", "title"),
    [
        ("Fargo.S04E01.iNTERNAL.1080p.WEB.H264-GRP.mkv", "Fargo", 4, 1, "Episode 1"),
        ("Fargo.S04E02.PROPER.REPACK.720p.HDTV.x264.mkv", "Fargo", 4, 2, "Episode 2"),
        ("Dark.S01E03.German.DL.1080p.NF.WEB-DL.mkv", "Dark", 1, 3, "Episode 3"),
        ("Lupin.S01E01.Chapter.1.FRENCH.NF.WEB-DL.1080p.mkv", "Lupin", 1, 1, "Chapter 1"),
        ("Euphoria.US.S01E03.Made.You.Look.AMZN.WEB-DL.DDP5.1.H.264-KiNGS.mkv", "Euphoria US", 1, 3, "Made You Look"),
        ("11.22.63.S01E01.The.Rabbit.Hole.1080p.mkv", "11.22.63", 1, 1, "The Rabbit Hole"),
        ("9-1-1.S01E01.Pilot.720p.mkv", "9-1-1", 1, 1, "Pilot"),
        ("30.Rock.S01E02.The.Aftermath.mkv", "30 Rock", 1, 2, "The Aftermath"),
        ("The.100.S02E03.720p.mkv", "The 100", 2, 3, "Episode 3"),
        ("The.4400.S01E01.mkv", "The 4400", 1, 1, "Episode 1"),
        ("Beverly.Hills.90210.S01E01.DVDRip.avi", "Beverly Hills 90210", 1, 1, "Episode 1"),
        ("Marvels.Agents.of.S.H.I.E.L.D.S01E01.720p.mkv", "Marvels Agents of S.H.I.E.L.D.", 1, 1, "Episode 1"),
        ("S.W.A.T.2017.S01E01.mkv", "S.W.A.T. (2017)", 1, 1, "Episode 1"),
        (
            "Marvel's Agents of S.H.I.E.L.D. - S01E01 - Pilot.mkv",
            "Marvel's Agents of S.H.I.E.L.D.",
            1,
            1,
            "Pilot",
        ),
        ("Doctor Who (2005) S01E01 Rose (1080p x265 10bit Joy).mkv", "Doctor Who (2005)", 1, 1, "Rose"),
        ("Doctor Who (2005) S01E01 Rose (x265 1080p).mkv", "Doctor Who (2005)", 1, 1, "Rose"),
        ("the.expanse.s01e09e10.1080p.bluray.x264-rovers.mkv", "the expanse", 1, 9, "Episodes 9–10"),
        ("Show 1x01-02.avi", "Show", 1, 1, "Episodes 1–2"),
        ("Show 1x01x02 Pilot.avi", "Show", 1, 1, "Pilot"),
        ("Show - S01E01-S01E02 - Pilot.mkv", "Show", 1, 1, "Pilot"),
        ("Show.S01E01+E02.mkv", "Show", 1, 1, "Episodes 1–2"),
        ("Show S01E01, E02.mkv", "Show", 1, 1, "Episodes 1–2"),
        ("Show S01E01 - S01E03 - Title.mkv", "Show", 1, 1, "Title"),
        ("Show S01E01-24 Hours.mkv", "Show", 1, 1, "24 Hours"),
        ("Show - S01 - E01 - Title.mkv", "Show", 1, 1, "Title"),
        ("Coronation Street S01E10500.mkv", "Coronation Street", 1, 10500, "Episode 10500"),
        ("Show/Saison 1 (2010)/Épisode 1.mkv", "Show", 1, 1, "Episode 1"),
        ("Show/Temporada 2/Capítulo 3.mkv", "Show", 2, 3, "Episode 3"),
        ("Show/Stagione 1/Episodio 2 - Nome.mkv", "Show", 1, 2, "Nome"),
        ("Show/1st Season/01 - Pilot.mkv", "Show", 1, 1, "Pilot"),
        ("Show/2. Season (2010)/03.mkv", "Show", 2, 3, "Episode 3"),
        ("Show.S01.E02.1080p.mkv", "Show", 1, 2, "Episode 2"),
        ("Show S1 Ep 2 Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show.S01E02v2.1080p.mkv", "Show", 1, 2, "Episode 2"),
        ("Show - Season 1 Episode 2 - Pilot.mkv", "Show", 1, 2, "Pilot"),
        ("Show, Season 1, Episode 2.mkv", "Show", 1, 2, "Episode 2"),
        ("Tatort Staffel 2 Folge 11.mkv", "Tatort", 2, 11, "Episode 11"),
        ("La Casa de Papel Temporada 1 Capítulo 3.mkv", "La Casa de Papel", 1, 3, "Episode 3"),
        ("Lupin Saison 1 Épisode 2.mkv", "Lupin", 1, 2, "Episode 2"),
        ("Show S01 1080p BD Remux FLAC-GRP/S01E11-Episode name.mkv", "Show", 1, 11, "Episode name"),
        ("Show.S01.1080p.BluRay.x264-GRP/05.Pilot.mkv", "Show", 1, 5, "Pilot"),
        ("1883 [imdbid-tt13991232]/Season 1/1883 - S01E01.mkv", "1883", 1, 1, "Episode 1"),
        ("Nature {tvdb-83045}/Season 40/Nature - S40E03 - Elephants.mkv", "Nature", 40, 3, "Elephants"),
        ("WWE.Raw.S2024E05.720p.WEB.mkv", "WWE Raw", 2024, 5, "Episode 5"),
        ("F1/Season 2024/Formula 1 - S2024E05 - Miami Grand Prix.mkv", "F1", 2024, 5, "Miami Grand Prix"),
        ("Formula1.2024x07.Imola.1080p.mkv", "Formula1", 2024, 7, "Imola"),
        ("Running.Man.E650.230416.720p-NEXT.mp4", "Running Man", None, 650, "Episode 650"),
        ("My Podcast EP02 Guests.mp4", "My Podcast", None, 2, "Guests"),
        ("Friends S10E17 & E18.mkv", "Friends", 10, 17, "Episodes 17–18"),
        ("Lost - [1x05] - White Rabbit.avi", "Lost", 1, 5, "White Rabbit"),
        ("[Judas] My Hero S05E12 [1080p].mkv", "My Hero", 5, 12, "Episode 12"),
        ("[ www.site.com ] - Show.S01E02.720p.mkv", "Show", 1, 2, "Episode 2"),
        ("BBC.Planet.Earth.1of11.From.Pole.to.Pole.720p.mkv", "BBC Planet Earth", None, 1, "From Pole to Pole"),
        # anime
        ("[HorribleSubs] One Piece - 900-901 [720p].mkv", "One Piece", None, 900, "Episodes 900–901"),
        ("[Coalgirls]_Steins;Gate_01_(1920x1080_Blu-Ray_FLAC)_[ABCD1234].mkv", "Steins;Gate", None, 1, "Episode 1"),
        ("[Group] 86 - 01 [1080p].mkv", "86", None, 1, "Episode 1"),
        ("[SubsPlease] Sousou no Frieren - 12 (1080p) [A1B2C3D4].mkv", "Sousou no Frieren", None, 12, "Episode 12"),
        ("[Group] Title - 01v2 [1080p][ABCD1234].mkv", "Title", None, 1, "Episode 1"),
        ("[Group] Title - 1071v2 [1080p][ABCD1234].mkv", "Title", None, 1071, "Episode 1071"),
        (
            "[TaigaSubs]_Toradora!_(2008)_-_01v2_-_Tiger_and_Dragon_[1280x720_H.264_FLAC][1234ABCD].mkv",
            "Toradora! (2008)",
            None,
            1,
            "Tiger and Dragon",
        ),
        (
            "[ZetaRebel] Mobile Suit Gundam - 01 - Gundam Rising!! (BD x264 1080p 8-bit FLAC).mkv",
            "Mobile Suit Gundam",
            None,
            1,
            "Gundam Rising!!",
        ),
        ("[ANBU]_Princess_Lover!_-_01_[2048A39A].mkv", "Princess Lover!", None, 1, "Episode 1"),
        ("[HorribleSubs] One Punch Man S2 - 05 [720p].mkv", "One Punch Man", 2, 5, "Episode 5"),
        ("[Group] Title OVA - 01 [1080p].mkv", "Title OVA", None, 1, "Episode 1"),
        ("[Group] Title - OVA 2 [BD 1080p].mkv", "Title", 0, None, "OVA 2"),
        ("[Group] Title - NCOP1 [1080p].mkv", "Title", 0, None, "NCOP1"),
        ("[Group] Title - NCED [BD 1080p][ABCD1234].mkv", "Title", 0, None, "NCED"),
        ("[Group] Title - 07.5 [1080p].mkv", "Title", 0, None, "Episode 7.5"),
        ("Naruto/Naruto - 001 - Enter Naruto.mkv", "Naruto", None, 1, "Enter Naruto"),
        (
            "[Sakurato.sub][Toaru Majutsu no Index III][01][GB][720P].mkv",
            "Toaru Majutsu no Index III",
            None,
            1,
            "Episode 1",
        ),
        (
            "[YMDR][哥布林殺手][Goblin Slayer][2018][05][1080p][AVC][JAP][BIG5].mkv",
            "哥布林殺手",
            None,
            5,
            "Episode 5",
        ),
        ("[风车字幕组][名侦探柯南][857集][米花町][简体][MP4][1080P].mp4", "名侦探柯南", None, 857, "Episode 857"),
        ("【字幕组】鬼灭之刃 01【1080P】.mp4", "鬼灭之刃", None, 1, "Episode 1"),
        ("【喵萌奶茶】★04月新番★[夏日重现][01][1080p][简日双语].mp4", "夏日重现", None, 1, "Episode 1"),
        ("Anime (2010)/Season 01/Anime (2010) - S01E01 - 001 - Title [1080p].mkv", "Anime (2010)", 1, 1, "Title"),
        # other scripts
        ("Место встречи изменить нельзя 1 серия из 5.avi", "Место встречи изменить нельзя", None, 1, "Episode 1"),
        ("权力的游戏S01E01.mkv", "权力的游戏", 1, 1, "Episode 1"),
        ("進撃の巨人 第二期 第01話「獣の巨人」.mp4", "進撃の巨人", 2, 1, "「獣の巨人」"),
        ("무한도전 E500.mp4", "무한도전", None, 500, "Episode 500"),
        ("런닝맨 650회 230416.mp4", "런닝맨", None, 650, "Episode 650"),
        ("Đất rừng phương Nam Tập 1.mp4", "Đất rừng phương Nam", None, 1, "Episode 1"),
        ("Kurtlar.Vadisi.97.Bolum.mp4", "Kurtlar Vadisi", None, 97, "Episode 97"),
        ("Ezel 1.Sezon 5.Bölüm.avi", "Ezel", 1, 5, "Episode 5"),
        ("M jak milosc - odcinek 100.avi", "M jak milosc", None, 100, "Episode 100"),
        ("Ranczo.S01E01.PL.DVDRip.avi", "Ranczo", 1, 1, "Episode 1"),
        ("الهيبة/الحلقة 5.mp4", "الهيبة", None, 5, "Episode 5"),
        ("सेक्रेड गेम्स S01E01.mkv", "सेक्रेड गेम्स", 1, 1, "Episode 1"),
        ("三体 第01集.mp4", "三体", None, 1, "Episode 1"),
        ("三体/第01集.mp4", "三体", None, 1, "Episode 1"),
        ("三体第1季第05集.mkv", "三体", 1, 5, "Episode 5"),
        ("三体/第1季/第05集 红岸.mkv", "三体", 1, 5, "红岸"),
        ("庆余年.第二季.第十二集.1080p.mp4", "庆余年", 2, 12, "Episode 12"),
        ("鬼滅の刃 第1話 残酷.mp4", "鬼滅の刃", None, 1, "残酷"),
        ("名探偵コナン/第857話.mkv", "名探偵コナン", None, 857, "Episode 857"),
        ("ドラマ 第３回.ts", "ドラマ", None, 3, "Episode 3"),
        ("오징어 게임 제1화.mp4", "오징어 게임", None, 1, "Episode 1"),
        ("무한도전 500회.mp4", "무한도전", None, 500, "Episode 500"),
        ("오징어 게임 시즌 2 3화.mkv", "오징어 게임", 2, 3, "Episode 3"),
        ("Сваты 1 сезон 3 серия.mkv", "Сваты", 1, 3, "Episode 3"),
        ("Сваты/1 сезон/03. Свадьба.mkv", "Сваты", 1, 3, "Свадьба"),
        ("Ликвидация. 05 серия.avi", "Ликвидация", None, 5, "Episode 5"),
        ("Семнадцать мгновений весны (1973) 01 серия.mkv", "Семнадцать мгновений весны (1973)", None, 1, "Episode 1"),
        ("Leyla ile Mecnun 12. Bölüm.mp4", "Leyla ile Mecnun", None, 12, "Episode 12"),
        ("باب الحارة الحلقة 5.mp4", "باب الحارة", None, 5, "Episode 5"),
        ("باب الحارة الموسم 2 الحلقة ٥.mp4", "باب الحارة", 2, 5, "Episode 5"),
        ("שטיסל עונה 1 פרק 3.mp4", "שטיסל", 1, 3, "Episode 3"),
        ("שטיסל/עונה 1/שטיסל - 03.mp4", "שטיסל", 1, 3, "Episode 3"),
    ],
)
def test_an_episode(path, series, season, episode, title):
    assert film_name(path) == FilmName(title, None, series, season, episode)


def test_the_edition_of_an_episode_is_told_in_words():
    assert film_name("Show.S01E01.EXTENDED.1080p.mkv").in_words == "Show S01E01 Episode 1 - Extended"


@pytest.mark.parametrize("name", ["Lupin Saison 1 Épisode 2", "Amélie 제2화", "Café/Café S01E02"])
def test_a_name_that_a_mac_wrote_reads_like_any_other(name):
    decomposed = unicodedata.normalize("NFD", name)
    assert film_name(f"{decomposed}.mkv") == film_name(f"{name}.mkv")
    assert film_name(f"{decomposed}.mkv").episode == 2


@pytest.mark.parametrize(
    ("path", "series", "day", "title"),
    [
        ("Jimmy.Fallon.2014.02.17.Will.Smith.HDTV.x264-2HD.mp4", "Jimmy Fallon", date(2014, 2, 17), "Will Smith"),
        ("Conan 2011 09 12 Jon Hamm 720p HDTV.mkv", "Conan", date(2011, 9, 12), "Jon Hamm"),
        ("The Daily Show/The Daily Show - 2024-01-15 - Guest.mkv", "The Daily Show", date(2024, 1, 15), "Guest"),
        ("NHK.News.7.20240115.1080i.HDTV.ts", "NHK News 7", date(2024, 1, 15), "2024-01-15"),
        ("EPL.2024.01.20.Arsenal.vs.Crystal.Palace.1080p.mkv", "EPL", date(2024, 1, 20), "Arsenal vs Crystal Palace"),
        (
            "Formula.1.2024.05.19.Emilia.Romagna.Grand.Prix.1080p.mkv",
            "Formula 1",
            date(2024, 5, 19),
            "Emilia Romagna Grand Prix",
        ),
        ("The.Daily.Show.2024.01.15.PROPER.1080p.WEB.mkv", "The Daily Show", date(2024, 1, 15), "2024-01-15"),
    ],
)
def test_a_day_of_a_show(path, series, day, title):
    assert film_name(path) == FilmName(title, None, series, aired=day)


@pytest.mark.parametrize(
    ("path", "title", "year"),
    [
        # sports: what stands behind the year tells them apart
        ("Formula.1.2024.Round07.Imola.Race.1080p.mkv", "Formula 1 Round07 Imola Race", 2024),
        ("NBA.2024.Finals.Game.1.Celtics.vs.Mavericks.720p.mkv", "NBA Finals Game 1 Celtics vs Mavericks", 2024),
        ("Tour.de.France.2023.Stage.17.1080p.WEB.mkv", "Tour de France Stage 17", 2023),
        ("Olympics.2012.Opening.Ceremony.720p.HDTV.mkv", "Olympics Opening Ceremony", 2012),
        ("UFC.300.Pereira.vs.Hill.1080p.WEB.h264-VERUM.mkv", "UFC 300 Pereira vs Hill", None),
        ("UFC 300 Pereira vs Hill (2024).mkv", "UFC 300 Pereira vs Hill", 2024),
        ("Super.Bowl.LVIII.2024.1080p.mkv", "Super Bowl LVIII", 2024),
        # people's own
        ("VID_20230101_120000.mp4", "VID 20230101 120000", None),
        ("MVI_0042.AVI", "MVI 0042", None),
        ("DSC_0042.MOV", "DSC 0042", None),
        ("GOPR0001.MP4", "GOPR0001", None),
        ("DJI_0001.MP4", "DJI 0001", None),
        ("BMW_E30_restoration.mp4", "BMW E30 restoration", None),
        ("Tape 03 (1994).avi", "Tape 03", 1994),
        ("Our.Trip.2019.to.Rome.4K.mp4", "Our Trip 2019 to Rome 4K", None),
        ("[2019] Trip 1080p.mp4", "[2019] Trip", None),
        # concerts
        ("Pink Floyd - Live at Pompeii (1972).mkv", "Pink Floyd - Live at Pompeii", 1972),
        ("AC-DC - Live at River Plate 2009 (1080p).mkv", "AC-DC - Live at River Plate", 2009),
        ("Adele - Live at the Royal Albert Hall (2011) [1080p].mkv", "Adele - Live at the Royal Albert Hall", 2011),
        ("Live 8 (2005).mkv", "Live 8", 2005),
        ("Metallica - S&M2 (2020).mkv", "Metallica - S&M2", 2020),
        # anime films, and films of other scripts
        ("[ANBU-umai]_Haiyoru!_Nyaru-Ani_[596DD8E6].mkv", "Haiyoru! Nyaru-Ani", None),
        (
            "[Erai-raws] Kimetsu no Yaiba - Mugen Ressha Hen [1080p][Multiple Subtitle][ABCDEF12].mkv",
            "Kimetsu no Yaiba - Mugen Ressha Hen",
            None,
        ),
        ("[Group] Kimi no Na wa (2016) [BD 1080p][ABCD1234].mkv", "Kimi no Na wa", 2016),
        ("[阳光电影www.ygdy8.com].流浪地球.2019.HD.1080p.国语中字.mkv", "流浪地球", 2019),
        ("【高清】霸王别姬.Farewell.My.Concubine.1993.1080p.mkv", "霸王别姬 Farewell My Concubine", 1993),
        ("君の名は。(2016).mkv", "君の名は。", 2016),
        ("劇場版「鬼滅の刃」無限列車編 (2020).mp4", "劇場版「鬼滅の刃」無限列車編", 2020),
        ("となりのトトロ.1988.1080p.BluRay.x265.mkv", "となりのトトロ", 1988),
        ("올드보이.2003.1080p.mkv", "올드보이", 2003),
        ("Назад.в.будущее.1985.BDRip.1080p.mkv", "Назад в будущее", 1985),
        ("Москва слезам не верит (1979) [1080p] [x265].mkv", "Москва слезам не верит", 1979),
        ("المومياء (1969).mkv", "المومياء", 1969),
        ("אושפיזין.2004.DVDRip.avi", "אושפיזין", 2004),
    ],
)
def test_what_is_no_series(path, title, year):
    assert film_name(path) == FilmName(title, year)
