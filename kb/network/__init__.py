from pathlib import Path

#: where the models that come with the package lie
MODELS = Path(__file__).resolve().parent.parent / "models"
