// The training loop: steps, watchdog, checkpoints.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/train.h"

#include <algorithm>
#include <chrono>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/train/private/run.h"

namespace ganvas {

std::string Run::last_good() const {
  if (newest_.empty()) return "; nothing was saved yet";
  return "; the last good checkpoint is " + newest_.string();
}

void Run::emit(const Event& event) const {
  log_(event);
  for (const auto& sink : sinks_) sink(event);
}

/// Each file once: broken ones come back in every epoch.
void Run::tell_passed_over(const std::string& reason) {
  if (!passed_over_.insert(reason).second) return;
  emit({"skipped", session_->step(), {}, reason});
  if (!world_.is_first()) warn(reason + "; passed over");
}

Run::Played Run::play_one() {
  const auto begin = std::chrono::steady_clock::now();
  auto loaded = loader_->next();
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
  const double waited_before = world_.seconds_waited();
  for (const auto& reason : loaded.skipped) tell_passed_over(reason);
  const double factor = recovery_.lr_share * schedule_.factor(session_->step());
  Event event{"step"};
  is_between_steps_ = false;
  if (spec_.run.watchdog.hold_discriminator) session_->rest(watchdog_.held(session_->step()));
  try {
    event.numbers = session_->play(loaded.batch, factor);
  } catch (const NotFiniteLoss& error) {
    return recover(error.what());
  } catch (const Error& error) {
    throw Error(error.what() + last_good());
  }
  is_between_steps_ = true;
  recovery_.skipped_in_row = 0;
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  seconds_per_step_ =
      seconds_per_step_ == 0 ? passed.count() : 0.95 * seconds_per_step_ + 0.05 * passed.count();
  waiting_ = 0.95 * waiting_ + 0.05 * waited.count() / passed.count();
  const double for_others = (world_.seconds_waited() - waited_before) / passed.count();
  waiting_for_others_ = 0.95 * waiting_for_others_ + 0.05 * for_others;
  event.step = session_->step();
  const auto terms = event.numbers;
  event.numbers.emplace_back("lr", factor * session_->base_lr());
  event.numbers.emplace_back("images_per_s",
                             static_cast<double>(spec_.train.batch) / seconds_per_step_);
  event.numbers.emplace_back("seconds_left",
                             seconds_per_step_ * static_cast<double>(total_ - event.step));
  event.numbers.emplace_back("waiting", waiting_);
  if (!world_.is_alone()) event.numbers.emplace_back("waiting_for_others", waiting_for_others_);
  emit(event);
  if (const auto exploded = watchdog_.hear(terms, event.step)) {
    roll_back(*exploded);
    return Played::kWentBack;
  }
  if (const auto verdict = watchdog_.verdict()) emit({"verdict", event.step, {}, *verdict});
  return Played::kOn;
}

/// False if the run went back, since its state was none to save.
bool Run::save_or_roll_back() {
  try {
    save();
    return true;
  } catch (const NotFiniteState& error) {
    roll_back(error.what());
    return false;
  }
}

/// After an error, which is what is to be told.
void Run::save_if_possible() {
  try {
    save();
    note("saved as " + newest_.string());
  } catch (const Error&) {
    note("the state could not be saved");
  }
}

void Run::save() {
  const auto path = checkpoint_path(spec_.folder, session_->step());
  if (session_->step() > recovery_.diverged_at) recovery_.rollbacks = 0;
  session_->require_finite();
  world_.from_first([&] {
    try {
      session_->save(path, recovery_state());
    } catch (const Error& error) {
      throw Error(error.what() + last_good());
    }
    prune_checkpoints(spec_.folder, {spec_.run.keep, spec_.run.keep_every, healthy_step_});
    return "";
  });
  newest_ = path;
  tell_interrupts();
  emit({"checkpoint", session_->step(), {}, newest_.string()});
}

fs::path Run::save_beginning() {
  save();
  return newest_;
}

/// What Ctrl-C does is said when it comes, and what a second one costs.
void Run::tell_interrupts() const {
  if (!world_.is_first()) return;
  const auto& run = spec_.folder.string();
  say_on_interrupt(
      c10::str(
          "interrupted: finishing this step and saving it; a second Ctrl-C ends at once, and loses what was "
          "learned after step ",
          session_->step()),
      c10::str("ended at once: what was learned after step ", session_->step(),
               " is lost; go on with ganvas train --resume --run ", run));
}

bool Run::has_learned_enough() const {
  return spec_.run.stop_after > 0 && schedule_.since_best() >= spec_.run.stop_after;
}

/// All processes go on, or none.
bool Run::is_on() {
  is_interrupted_ = world_.any(interrupted());
  return session_->step() < total_ && !is_interrupted_ && !has_learned_enough();
}

void Run::play_to_end() {
  bool is_saved = session_->step() > 0;
  try {
    do {
      while (is_on()) {
        if (play_one() == Played::kWentBack) continue;
        is_saved = due(save_every_);  // or it cannot be: a second try would say the same
        if (is_saved && !save_or_roll_back()) continue;
        if (due(validate_every_)) validate();
      }
      is_saved = is_saved || save_or_roll_back();
    } while (is_on());  // what was to be saved at the end may have been none
  } catch (const GaveUp&) {
    throw;  // what is there is worse than what was saved
  } catch (const Error&) {
    const bool is_to_be_saved = is_between_steps_ && !is_saved && session_->step() > 0;
    if (is_to_be_saved && world_.is_alone())
      save_if_possible();  // the others may not be where this one is
    throw;
  }
}

TrainOutcome Run::play() {
  if (world_.is_first()) tell_beginning();
  for (const auto& reason : unreadable_) tell_passed_over("validation: " + reason);
  watch_interrupts();
  tell_interrupts();
  validate_if_missed();
  if (session_->step() >= total_) {
    note(c10::str("this run has finished at step ", session_->step(),
                  "; --steps N or --epochs N goes on"));
    return {session_->step(), /*was_interrupted=*/false, newest_};
  }
  play_to_end();
  say_on_interrupt("", "");
  if (has_learned_enough()) {
    note(
        c10::str("ended at step ", session_->step(), ": no better for ", schedule_.since_best(),
                 " validations; the best is checkpoints/best.safetensors, --stop-after 0 goes on"));
  }
  if (!passed_over_.empty()) {
    warn(c10::str(passed_over_.size(),
                  " warnings of files that were passed over; the lines above and ",
                  (spec_.folder / "events.jsonl").string(), " say which"));
  }
  return {session_->step(), session_->step() < total_ && is_interrupted_, newest_};
}

TrainOutcome train(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks) {
  World alone;
  return train(spec, start, more_sinks, alone);
}

TrainOutcome train(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks,
                   World& world) {
  Run run(spec, more_sinks, world);
  try {
    run.open(start);
    return run.play();
  } catch (const Error&) {
    run.abandon();
    throw;
  }
}

fs::path begin_run(const RunSpec& spec) {
  World alone;
  Run run(spec, {}, alone);
  try {
    run.open(Start::kFresh);
    return run.save_beginning();
  } catch (const Error&) {
    run.abandon();
    throw;
  }
}

}  // namespace ganvas
