"""`python -m config.new_keys`: secrets for a server of one's own, as lines of its environment file."""

from config.environment import new_secrets

if __name__ == "__main__":
    print("\n".join(f"{name}={value}" for name, value in new_secrets().items()))
