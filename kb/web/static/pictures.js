// Pictures: put into the page as what they are, with links and zoom.
