"""The peers that are libraries, each as the shortest server that serves a folder: PORT FOLDER."""
