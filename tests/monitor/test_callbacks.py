"""The monitor inside Lightning, Hugging Face's Trainer, and TensorBoard: the real libraries."""

import logging

import pytest
import torch
from torch import nn

from tests.monitor.test_monitor import hooks, mlp, run
from vegrad_course.errors import Refusal
from vegrad_course.monitor.callbacks import _library, lightning_callback, trainer_callback
from vegrad_course.monitor.tensorboard import scalars, to_tensorboard

foreign = pytest.mark.filterwarnings("ignore")  # what other people's libraries say of themselves


@foreign
def test_lightning(tmp_path):
    lightning = pytest.importorskip("lightning.pytorch")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = mlp()

        def training_step(self, batch):
            return nn.functional.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    data = torch.utils.data.TensorDataset(torch.randn(40, 8), torch.randint(0, 2, (40,)))
    callback, module = lightning_callback(every=5), Module()
    trainer = lightning.Trainer(
        max_epochs=2, callbacks=[callback], logger=False, accelerator="cpu",
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        default_root_dir=tmp_path,
    )  # fmt: skip
    trainer.fit(module, torch.utils.data.DataLoader(data, 10))
    log = callback.monitor.log
    assert len(log.losses) == 8 and [r.step for r in log.measured] == [0, 1, 2, 3, 5]
    assert all(layer.state == "finite" for layer in log.measured[-1].layers)
    assert hooks(module) == 0


@foreign
def test_hugging_face_trainer(tmp_path):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    config = transformers.GPT2Config(vocab_size=20, n_positions=8, n_embd=8, n_layer=1, n_head=1)
    model = transformers.GPT2LMHeadModel(config)
    rows = [{"input_ids": torch.arange(8), "labels": torch.arange(8)} for _ in range(12)]
    callback = trainer_callback(every=2)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path), max_steps=6, logging_steps=1, per_device_train_batch_size=2,
        report_to=[], save_strategy="no", use_cpu=True, disable_tqdm=True,
    )  # fmt: skip
    transformers.Trainer(model, arguments, train_dataset=rows, callbacks=[callback]).train()
    log = callback.monitor.log
    assert len(log.steps) == 6 and len(log.losses) == 6 and len(log.measured) == 5
    assert hooks(model) == 0


@foreign
def test_tensorboard_reads_what_was_exported(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = run(mlp()).log
    assert to_tensorboard(log, tmp_path) == len(scalars(log))
    board = EventAccumulator(str(tmp_path))
    board.Reload()
    assert {"loss", "log10_gradient/0", "saturated/2"} <= set(board.Tags()["scalars"])
    read = [event.value for event in board.Scalars("loss")]
    assert read == pytest.approx([loss for _, loss in log.losses])


def test_a_missing_library_is_named():
    with pytest.raises(Refusal, match="needs no_such_library: it is not installed"):
        _library("no_such_library")
