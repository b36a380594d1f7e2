"""What it adds up to: figures that open the list behind them."""
