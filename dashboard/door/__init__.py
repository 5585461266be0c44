"""What lies before Streamlit: signing in, the guard that lets only a session pass, page images."""
