"""Where the work is: employers, vacancies, placements and letters."""
