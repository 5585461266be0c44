"""The Streamlit application in which staff work. It reads the record and decides reviews; it runs no bot."""
