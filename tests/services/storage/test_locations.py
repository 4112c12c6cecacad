import pytest

from services.storage.locations import BucketLocation, parse_bucket, parse_locations


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("s3://films", BucketLocation("s3", "", "films", "")),
        ("s3://films/", BucketLocation("s3", "", "films", "")),
        ("s3://films/a/b%20c/", BucketLocation("s3", "", "films", "a/b c")),
        ("gs://films/a?anonymous=yes", BucketLocation("gs", "", "films", "a", {"anonymous": "yes"})),
        ("az://account/films/a", BucketLocation("az", "account", "films", "a")),
        (
            "s3://films?endpoint=https://s3.example.com:9000&region=auto&addressing=path&profile=home",
            BucketLocation(
                "s3",
                "",
                "films",
                "",
                {
                    "endpoint": "https://s3.example.com:9000",
                    "region": "auto",
                    "addressing": "path",
                    "profile": "home",
                },
            ),
        ),
        ("films", None),
        ("C:/films", None),
        ("ftp://films", None),
    ],
)
def test_a_bucket_is_known_by_its_url(text, location):
    assert parse_bucket(text) == location


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("s3://", "a bucket is named like s3://bucket/folder, not s3://"),
        ("az://account", "a bucket is named like az://account/container/folder, not az://account"),
        ("s3://key:secret@films", "keys and ports do not belong into the URL of a bucket"),
        (
            "s3://films?regoin=x",
            "s3:// takes addressing, anonymous, endpoint, profile, region after the ?, not 'regoin'",
        ),
        ("s3://films?anonymous=1", "anonymous is yes or no, not '1'"),
        ("s3://films?endpoint=localhost:9000", "an endpoint is a URL such as https://s3.example.com"),
    ],
)
def test_a_faulty_url_is_told_what_would_be_right(text, complaint):
    with pytest.raises(ValueError, match=r".*") as error:
        parse_bucket(text)
    assert complaint in str(error.value)
    assert "secret" not in str(error.value)


def test_several_places_have_commas_between_and_a_folder_may_have_one_in_its_name(tmp_path):
    (tmp_path / "a, b").mkdir()
    assert parse_locations(str(tmp_path / "a, b")) == (tmp_path / "a, b",)
    assert parse_locations(f"{tmp_path}, s3://films") == (tmp_path, BucketLocation("s3", "", "films", ""))


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="no such folder: /no/such"):
        parse_locations("s3://films,/no/such")


def test_a_location_is_written_without_its_options():
    assert str(parse_bucket("s3://films/a?profile=home")) == "s3://films/a"
